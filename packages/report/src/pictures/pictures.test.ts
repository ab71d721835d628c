import { expect, test } from 'vitest'

import { attempt, documentOf, measured, nightlyOrders, runOf } from '../../../story/src/run.fixture.ts'
import { comparisonPicture } from '../comparison/comparison-picture.ts'
import { sixtyRuns } from '../dashboard/dashboard.fixture.ts'
import { picturePng, pictureSvg } from './picture.ts'
import { heatmapPicture, ioPicture, resourcePicture, timelinePicture } from './run-pictures.ts'

const document = nightlyOrders()
const withIo = documentOf(
  runOf([attempt('a', 0, 1, { metrics: { ...measured(1, 1e8), diskReadBytes: 4e6, diskWriteBytes: 1e3 } })], []),
)

test.each([
  ['timeline', timelinePicture(document)],
  ['cpu', resourcePicture(document, 'cpu')],
  ['memory', resourcePicture(document, 'memory')],
  ['io', ioPicture(withIo)],
  ['heatmap', heatmapPicture(sixtyRuns())],
  ['comparison', comparisonPicture([document, nightlyOrders(110)])],
])('%s: an SVG that stands alone and a PNG', (_, picture) => {
  const svg = pictureSvg(picture!)
  expect(svg).not.toMatch(/var\(|class=|style=|<script|NaN|undefined/)
  expect(svg).toBe(pictureSvg(picture!))
  const png = Buffer.from(picturePng(picture!, { dark: true }))
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect(png.length).toBeGreaterThan(5000)
})

test('nothing measured, no picture', () => {
  expect(ioPicture(documentOf(runOf([attempt('a', 0, 1)], [])))).toBeNull()
  expect(resourcePicture(documentOf(runOf([], [])), 'cpu')).toBeNull()
  expect(timelinePicture(documentOf(runOf([], [])))).toBeNull()
})

test('hostile names stay text in a picture, whatever rich text would make of them', () => {
  const name = '{bold|x} <script>alert(1)</script> "&'
  const svg = pictureSvg(timelinePicture(documentOf(runOf([attempt(name, 0, 1)], [], { workflow: name })))!)
  expect(svg).not.toContain('<script')
})
