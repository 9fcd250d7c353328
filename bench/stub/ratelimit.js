// A rate limit that never bites, for a build that asks for the binding.
export default { fetch: () => Response.json({ success: true }) };
