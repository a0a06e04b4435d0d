// Decimal text to minor units, by a table of its own: this comparer shares no code with the plugin,
// the simulator or the host.
const places = { JPY: 0, KRW: 0, VND: 0, CLP: 0, ISK: 0, KWD: 3, BHD: 3, OMR: 3, JOD: 3, TND: 3 };

/** "19.90" USD -> "1990" (text, so that no number is too large). Throws on more decimals than the currency has. */
export function minorUnits(amount, currency) {
  const wanted = places[currency] ?? 2;
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(amount);
  if (!match) throw new Error(`not an amount: ${amount}`);
  const decimals = (match[3] ?? '').replace(/0+$/, '');
  if (decimals.length > wanted) throw new Error(`${amount} has more decimals than ${currency}`);
  const digits = (match[2] + decimals.padEnd(wanted, '0')).replace(/^0+(?=\d)/, '');
  return (match[1] && digits !== '0' ? '-' : '') + digits;
}
