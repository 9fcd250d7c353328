/** Verified tokens, at most `CAP` of them. The least recently used leaves first, and none is used after its `exp`. */
import type { Principal } from './principal';

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
