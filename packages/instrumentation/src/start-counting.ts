import { noticeChildProcesses } from './child-processes.ts'
import { countNetwork } from './network-counter.ts'

/** Counts bytes of sockets and pipes, and CPU time of children, from now on, without recording anything. */
export function startCounting(): void {
  countNetwork()
  noticeChildProcesses()
}
