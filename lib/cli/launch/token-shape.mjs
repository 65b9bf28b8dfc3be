const TOKEN_SHAPE = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g;

/**
 * Replaces anything that looks like a compact JWT: words of a command line are shown before any secret is known.
 * @param {string} text
 * @returns {string}
 */
export function withoutTokens(text) {
  return text.replaceAll(TOKEN_SHAPE, '[redacted jwt-shape]');
}

/**
 * Tells whether something of the shape of a compact JWT stands in a text.
 * @param {string} text
 * @returns {boolean}
 */
export function showsToken(text) {
  return text.search(TOKEN_SHAPE) !== -1;
}
