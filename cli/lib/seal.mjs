// Encrypts a secret to a public key, so that only its owner can read it: age (age-encryption.org/v1, X25519) or a JWE in its
// compact form (RFC 7516; ECDH-ES or RSA-OAEP-256, with A256GCM).
import { createCipheriv, createHash, createHmac, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, publicEncrypt, randomBytes, constants } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { Stop } from "../../scripts/lib/project.mjs";

const CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const hkdf = (key, salt, info) => Buffer.from(hkdfSync("sha256", key, salt, info, 32));
const raw = (bytes) => bytes.toString("base64").replace(/=+$/, "");

/** The checksum of bech32 (BIP 173). */
function polymod(values) {
  const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  return values.reduce((sum, value) => {
    const top = sum >>> 25;
    const next = ((sum & 0x1ffffff) << 5) ^ value;
    return generators.reduce((all, generator, bit) => ((top >>> bit) & 1 ? all ^ generator : all), next);
  }, 1);
}

/** The 32 bytes of a recipient `age1…`. */
function recipientKey(recipient) {
  const values = [...recipient.slice(4)].map((char) => CHARSET.indexOf(char));
  const prefix = [...[..."age"].map((char) => char.charCodeAt(0) >> 5), 0, ...[..."age"].map((char) => char.charCodeAt(0) & 31)];
  if (recipient !== recipient.toLowerCase() || values.includes(-1) || polymod([...prefix, ...values]) !== 1) throw new Stop(`"${recipient}" is no age recipient: a character is wrong.`);
  const bits = values.slice(0, -6).map((value) => value.toString(2).padStart(5, "0")).join("");
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  if (bytes.length !== 32) throw new Stop(`"${recipient}" is no age recipient of the kind X25519.`);
  return bytes;
}

function chacha(key, nonce, text) {
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

/** An armoured age file with one recipient. The text is shorter than one chunk of 64 KiB. */
function age(recipient, text) {
  const theirs = recipientKey(recipient);
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  const share = Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url");
  const shared = diffieHellman({ privateKey, publicKey: createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "X25519", x: theirs.toString("base64url") } }) });
  const fileKey = randomBytes(16);
  const wrapped = chacha(hkdf(shared, Buffer.concat([share, theirs]), "age-encryption.org/v1/X25519"), Buffer.alloc(12), fileKey);
  const header = `age-encryption.org/v1\n-> X25519 ${raw(share)}\n${raw(wrapped)}\n---`;
  const mac = createHmac("sha256", hkdf(fileKey, Buffer.alloc(0), "header")).update(header).digest();
  const nonce = randomBytes(16);
  const last = Buffer.alloc(12);
  last[11] = 1; // the first chunk is the last one
  const file = Buffer.concat([Buffer.from(`${header} ${raw(mac)}\n`), nonce, chacha(hkdf(fileKey, nonce, "payload"), last, Buffer.from(text))]);
  return `-----BEGIN AGE ENCRYPTED FILE-----\n${file.toString("base64").match(/.{1,64}/g).join("\n")}\n-----END AGE ENCRYPTED FILE-----`;
}

const u32 = (number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
};

/** The key of ECDH-ES for A256GCM (RFC 7518 §4.6.2). */
function agreed(shared) {
  const name = Buffer.from("A256GCM");
  return createHash("sha256").update(Buffer.concat([u32(1), shared, u32(name.length), name, u32(0), u32(0), u32(256)])).digest();
}

/** A JWE for a public JWK. */
function jwe(jwk, text) {
  const publicKey = createPublicKey({ format: "jwk", key: jwk });
  const head = { enc: "A256GCM", ...(jwk.kid && { kid: jwk.kid }) };
  let key;
  let encrypted = Buffer.alloc(0);
  if (jwk.kty === "RSA") {
    key = randomBytes(32);
    encrypted = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, key);
    head.alg = "RSA-OAEP-256";
  } else {
    const { publicKey: ours, privateKey } = jwk.kty === "EC" ? generateKeyPairSync("ec", { namedCurve: jwk.crv }) : generateKeyPairSync("x25519");
    const { kty, crv, x, y } = ours.export({ format: "jwk" });
    key = agreed(diffieHellman({ privateKey, publicKey }));
    Object.assign(head, { alg: "ECDH-ES", epk: { kty, crv, x, ...(y && { y }) } });
  }
  const protectedHead = Buffer.from(JSON.stringify(head)).toString("base64url");
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(protectedHead));
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return [protectedHead, ...[encrypted, iv, sealed, cipher.getAuthTag()].map((part) => part.toString("base64url"))].join(".");
}

/** How a secret is encrypted to `to`: an age recipient, a public JWK, or a file with one. It refuses before a secret is made. */
export function sealFor(to) {
  if (to.startsWith("age1")) {
    recipientKey(to);
    return (text) => age(to, text);
  }
  let jwk;
  try {
    jwk = JSON.parse(existsSync(to) ? readFileSync(to, "utf8") : to);
  } catch {
    throw new Stop(`"${to}" is neither an age recipient (age1…) nor a JWK or a file with one.`);
  }
  if (["d", "k", "p", "q"].some((name) => jwk?.[name] !== undefined)) throw new Stop("This JWK has a private or shared key. Give the public one.");
  const isFit = (jwk?.kty === "EC" && ["P-256", "P-384", "P-521"].includes(jwk.crv)) || (jwk?.kty === "OKP" && jwk.crv === "X25519") || jwk?.kty === "RSA";
  if (!isFit) throw new Stop("Only keys of the kinds EC, X25519 and RSA can be encrypted to.");
  try {
    createPublicKey({ format: "jwk", key: jwk });
  } catch {
    throw new Stop("This JWK is broken.");
  }
  return (text) => jwe(jwk, text);
}
