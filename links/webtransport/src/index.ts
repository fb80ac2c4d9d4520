export { type WebtransportConfig, parseWebtransportConfig } from "./webtransport-config.ts";
export { webtransportLink } from "./webtransport-link.ts";
