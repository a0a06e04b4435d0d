// Money is a whole number of the currency's minor unit; a pair {s, p} holds the same amount in
// the shop's currency and in the one the buyer saw.

const exponents = { JPY: 0, KRW: 0, KWD: 3, BHD: 3, JOD: 3 };

/** Units of one currency in US dollars, roughly: enough for steady presentment prices. */
const perDollar = { USD: 1, EUR: 0.92, GBP: 0.79, JPY: 151, KWD: 0.307, CAD: 1.37 };

export function exponentOf(currency) {
  return exponents[currency] ?? 2;
}

/** The `Money` scalar and REST prices: `19.90`, `1000` (JPY), `1.500` (KWD). */
export function moneyText(minor, currency) {
  if (minor === null || minor === undefined) return null;
  const exponent = exponentOf(currency);
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  const sign = minor < 0 ? '-' : '';
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** The `Decimal` of MoneyV2: trailing zeros gone but one place always there: `19.9`, `1000.0`. */
export function decimalText(minor, currency) {
  const text = moneyText(minor, currency);
  if (!text.includes('.')) return `${text}.0`;
  const trimmed = text.replace(/0+$/, '');
  return trimmed.endsWith('.') ? `${trimmed}0` : trimmed;
}

/** How many presentment minor units one shop minor unit is worth. */
export function minorRate(from, to) {
  if (from === to) return 1;
  return (perDollar[to] / perDollar[from]) * 10 ** (exponentOf(to) - exponentOf(from));
}

export function pair(shopMinor, rate) {
  return { s: shopMinor, p: rate === 1 ? shopMinor : Math.round(shopMinor * rate) };
}

export const kZero = Object.freeze({ s: 0, p: 0 });

export function add(...pairs) {
  return pairs.reduce((sum, each) => ({ s: sum.s + each.s, p: sum.p + each.p }), kZero);
}

export function subtract(left, right) {
  return { s: left.s - right.s, p: left.p - right.p };
}

export function times(value, count) {
  return { s: value.s * count, p: value.p * count };
}

/** The part of `whole` that falls on the first `count` of `of` equal units, rounded. */
export function share(whole, count, of) {
  if (of === 0) return kZero;
  return { s: Math.round((whole.s * count) / of), p: Math.round((whole.p * count) / of) };
}
