import { expect, test } from 'vitest'

import { startFailure } from './start-failure.ts'

const context = { dataDir: '/data/.runspan', host: '127.0.0.1', logFile: '/data/.runspan/clickhouse/server.log' }

// Messages as Node, the loader and the engine print them.
test.each([
  [
    "Error: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.28' not found (required by /app/ffi-rs.linux-x64-gnu.node)",
    'LIBC_TOO_OLD',
    /needs GLIBC_2\.28/,
  ],
  [
    "Error: /lib64/libstdc++.so.6: version `GLIBCXX_3.4.26' not found (required by node)",
    'LIBC_TOO_OLD',
    /newer distribution/,
  ],
  [
    'Error: Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /app/libchdb.so)',
    'UNSUPPORTED_PLATFORM',
    /musl/,
  ],
  ['Error: Error relocating /app/libchdb.so: __res_init: symbol not found', 'UNSUPPORTED_PLATFORM', /musl/],
  [
    'Code: 76. DB::Exception: Cannot lock file /data/status. Another server instance in same directory is already running. (CANNOT_OPEN_FILE)',
    'DIRECTORY_IN_USE',
    /clickhouse\/data\/status/,
  ],
  [
    'Received exception:\nCode: 210. DB::Exception: Listen [127.0.0.1]:8123 failed: Poco::Exception. Code: 1000, e.code() = 98, Net Exception: Address already in use: 127.0.0.1:8123 (version 26.7.2.1). (NETWORK_ERROR)',
    'PORT_TAKEN',
    /Port 8123 on 127\.0\.0\.1.*give another port/,
  ],
  [
    'Received exception:\nCode: 210. DB::Exception: Listen [127.0.0.1]:80 failed: Poco::Exception. Code: 1000, e.code() = 13, Net Exception: Permission denied: 127.0.0.1:80 (version 26.7.2.1). (NETWORK_ERROR)',
    'PORT_NOT_ALLOWED',
    /port 80: give one from 1024/,
  ],
  ["Error: ENOSPC: no space left on device, mkdir '/data/.runspan/clickhouse'", 'DISK_FULL', /free some space/],
  [
    'Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)',
    'DISK_FULL',
    /under \/data\/\.runspan/,
  ],
  ["Error: EACCES: permission denied, mkdir '/data/.runspan'", 'DIRECTORY_NOT_WRITABLE', /--data DIR/],
  ["Error: EROFS: read-only file system, mkdir '/data/.runspan'", 'DIRECTORY_NOT_WRITABLE', /cannot be written/],
  ["Error: ENOTDIR: not a directory, mkdir '/data/.runspan/clickhouse'", 'DIRECTORY_NOT_WRITABLE', /a folder/],
  ['Segmentation fault', 'START_FAILED', /Segmentation fault\n.*server\.log/],
  ['', 'START_FAILED', /\(nothing\)/],
])('%s', (words, code, message) => {
  const error = startFailure(words, context)
  expect(error.code).toBe(code)
  expect(error.message).toMatch(message)
})

test('the original words stay within reach', () => {
  const cause = new Error('ENOSPC: no space left on device')
  const error = startFailure(String(cause), context, cause)
  expect((error.cause as Error).cause).toBe(cause)
})
