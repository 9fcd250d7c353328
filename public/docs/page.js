// What the reference shows, and what it leaves alone: nothing is asked of any other host, and a token that is
// typed in lives as long as the page.
Scalar.createApiReference("#reference", {
  url: "/openapi.json",
  servers: [{ url: location.origin }], // the policy of the page lets it call no other host
  proxyUrl: "",
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
  persistAuth: false,
  defaultOpenFirstTag: true,
  authentication: { preferredSecurityScheme: "token" },
  documentDownloadType: "direct",
  layout: "modern",
  theme: "default",
});
