// Prices in US dollars, as their pages said on `asOf`. Change a price only together with the date.
export const asOf = "2026-11-27";

/** Cloudflare's paid plan: `included` a month, then `price` for each `per`. */
export const CLOUDFLARE = {
  // developers.cloudflare.com/workers/platform/pricing
  plan: 5,
  requests: { included: 10e6, per: 1e6, price: 0.3 },
  cpuMs: { included: 30e6, per: 1e6, price: 0.02 },
  // developers.cloudflare.com/d1/platform/pricing
  read: { included: 25e9, per: 1e6, price: 0.001 },
  written: { included: 50e6, per: 1e6, price: 1 },
  storedGb: { included: 5, per: 1, price: 0.75 },
  // developers.cloudflare.com/kv/platform/pricing
  kvRead: { included: 10e6, per: 1e6, price: 0.5 },
  kvWritten: { included: 1e6, per: 1e6, price: 5 },
};

/** What one token of a machine costs elsewhere, before discounts for very many. */
export const ELSEWHERE = [
  { name: "Amazon Cognito", perToken: 2.25 / 1000, note: "$2.25 a thousand token requests; $6 a month for each app client comes on top" },
  { name: "Logto", perToken: 0.08 / 100, note: "$0.08 a hundred tokens" },
];
