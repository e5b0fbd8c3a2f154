const number = new Intl.NumberFormat(undefined);

export const count = (value: number, one: string, many = `${one}s`): string => `${number.format(value)} ${value === 1 ? one : many}`;

export const duration = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;

/** Amounts below a cent matter here: a question costs about that. */
export function money(amount: number, currency: string): string {
  const maximumFractionDigits = amount !== 0 && amount < 1 ? 4 : 2;
  return /^[a-z]{3}$/iu.test(currency)
    ? new Intl.NumberFormat(undefined, { style: 'currency', currency, maximumFractionDigits }).format(amount)
    : `${new Intl.NumberFormat(undefined, { maximumFractionDigits }).format(amount)} ${currency}`; // Intl throws for it
}
