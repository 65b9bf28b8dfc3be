const TOKEN_SHAPE = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g;

/**
 * Replaces anything that looks like a compact JWT: words of a command line are shown before any secret is known.
 * @param {string} text
 * @returns {string}
 */
export function withoutTokens(text) {
  return text.replaceAll(TOKEN_SHAPE, '[redacted jwt-shape]');
}
