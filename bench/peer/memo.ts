/** Verified tokens, at most `CAP` of them, the least recently used leave first, none past its `exp`. */
import type { Principal } from './auth';

const CAP = 1000;
const verified = new Map<string, Principal>();

export function recall(token: string, now: number): Principal | undefined {
  const principal = verified.get(token);
  if (!principal) return undefined;
  verified.delete(token);
  if (principal.exp <= now) return undefined;
  verified.set(token, principal);
  return principal;
}

export function remember(token: string, principal: Principal): void {
  verified.set(token, principal);
  if (verified.size > CAP) verified.delete(verified.keys().next().value!);
}
