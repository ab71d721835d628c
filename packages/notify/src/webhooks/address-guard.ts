import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'

import ipaddr from 'ipaddr.js'

import { NotifyError } from '../errors.ts'

/** All of IPv6 that is routed on the internet. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3')
/** Reachable from every virtual machine of one cloud, though its range is public. */
const METADATA = new Set(['168.63.129.16'])

/**
 * Returns whether an address is on the public internet: not private, loopback, link-local, shared, multicast or reserved.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address) // an IPv4 address in IPv6 form is checked as IPv4
  if (parsed.range() !== 'unicast' || METADATA.has(parsed.toString())) return false
  return parsed instanceof ipaddr.IPv6 ? parsed.match(GLOBAL_UNICAST) : true
}

/** Checks a host written as an address, which is never looked up. Throws `ADDRESS_REFUSED`. */
export function checkLiteralAddress(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw refusal(host, host)
}

/**
 * Returns a lookup that passes only public addresses. It checks at connection time, so a name that becomes private later is
 * refused.
 */
export function guardedLookup(resolve: LookupFunction = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, options, (error, address, family) => {
      if (error !== null) return callback(error, address, family)
      const found = typeof address === 'string' ? [address] : address.map((entry) => entry.address)
      const refused = found.find((text) => !isPublicAddress(text))
      if (refused === undefined) callback(null, address, family)
      else callback(refusal(hostname, refused), '', 4)
    })
  }
}

function refusal(host: string, address: string): NotifyError {
  const which = host === address ? address : `${host} (${address})`
  return new NotifyError(
    'ADDRESS_REFUSED',
    `${which} is not an address of the public internet, so nothing is sent there. Set allowPrivate: true if it is meant.`,
  )
}
