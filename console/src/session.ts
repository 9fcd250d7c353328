// Who is signed in. The token is kept in this variable and nowhere else: closing or reloading the page forgets it.
import { computed, signal } from "@preact/signals";
import { CHANNEL } from "./channel";
import { challengeOf, secretText } from "./pkce";

/** What `GET /console/config` says of the login service; without one only a pasted token is offered. */
export interface Config {
  issuer?: string;
  client_id?: string;
  local?: boolean;
}

export interface Session {
  token: string;
  sub: string;
  clientId: string;
  scopes: string[];
  /** Milliseconds since 1970, or undefined when the token does not say. */
  expires: number | undefined;
}

export const config = signal<Config | undefined>(undefined);
export const session = signal<Session | undefined>(undefined);
/** Why the session ended: `expired`, or the service's own words about the token. The page stays as it is. */
export const ended = signal<string | undefined>(undefined);
/** What went wrong at the last sign-in. */
export const signInProblem = signal<string | undefined>(undefined);
/** Counts sign-ins, so that what failed is asked again. */
export const signIns = signal(0);
export const isSignedIn = computed(() => session.value !== undefined && ended.value === undefined);

export async function loadConfig(): Promise<void> {
  try {
    const answer = await fetch("/console/config");
    const told = (await answer.json()) as Config;
    config.value = answer.ok ? told : {};
  } catch {
    config.value = {};
  }
}

function claimsOf(token: string): Record<string, unknown> | undefined {
  try {
    const part = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const claims: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (c) => c.charCodeAt(0))));
    return typeof claims === "object" && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const text = (value: unknown) => (typeof value === "string" ? value : "");
let timer: ReturnType<typeof setTimeout> | undefined;

/** Takes a token. False when it is not a JWT; the service alone decides whether it is good. */
export function signIn(given: string): boolean {
  const token = given.trim();
  const claims = claimsOf(token);
  if (!claims) return false;
  const expires = typeof claims.exp === "number" ? claims.exp * 1000 : undefined;
  session.value = { token, sub: text(claims.sub), clientId: text(claims.client_id), scopes: text(claims.scope).split(" ").filter(Boolean), expires };
  ended.value = undefined;
  signInProblem.value = undefined;
  signIns.value += 1;
  clearTimeout(timer);
  if (expires !== undefined) timer = setTimeout(() => end("expired"), Math.min(Math.max(expires - Date.now(), 0), 2 ** 31 - 1));
  return true;
}

export function end(reason: string): void {
  if (session.value) ended.value = reason;
}

export function signOut(): void {
  clearTimeout(timer);
  session.value = undefined;
  ended.value = undefined;
}

/**
 * Opens the login service in a window of its own, so that this page stays as it is. The verifier of PKCE (RFC 7636)
 * never leaves memory: that window asks for it when the code has come.
 */
export async function signInWithService(): Promise<void> {
  const [state, verifier] = [secretText(), secretText()];
  const opened = window.open("", "_blank", "popup,width=520,height=680");
  if (!opened) {
    signInProblem.value = "blocked";
    return;
  }
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<Record<string, string>>) => {
    if (data.state !== state) return;
    if (data.type === "arrived") channel.postMessage({ type: "verifier", state, verifier });
    if (data.type === "failed") signInProblem.value = data.problem ?? "";
    if (data.type === "token" && !signIn(data.token ?? "")) signInProblem.value = "opaque";
    if (data.type === "failed" || data.type === "token") channel.close();
  };
  opened.location.href = `/console/sign-in?begin=${state}&challenge=${await challengeOf(verifier)}`;
}
