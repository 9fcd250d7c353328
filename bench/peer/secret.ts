/** Client secrets: 256 random bits, stored as an HMAC under a versioned pepper. */
import type { Settings } from './env';

const encoder = new TextEncoder();

export function base64url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export const newSecret = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

export async function digestOf(secret: string, settings: Settings): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.sign('HMAC', settings.pepper.key, encoder.encode(secret))));
}
