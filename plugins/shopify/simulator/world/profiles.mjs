// What sets the shops apart: currency, time zone, taxes, and what money buyers there pay with.

const profiles = [
  {
    currency: 'USD',
    timeZone: 'America/New_York',
    country: 'United States',
    countryCode: 'US',
    province: 'Kentucky',
    provinceCode: 'KY',
    city: 'Louisville',
    zip: '40202',
    phone: '+1502555',
    taxRate: 0.0825,
    taxTitle: 'State Tax',
    taxesIncluded: false,
    other: ['CAD', 'EUR', 'JPY'],
  },
  {
    currency: 'JPY',
    timeZone: 'Asia/Tokyo',
    country: 'Japan',
    countryCode: 'JP',
    province: 'Tōkyō',
    provinceCode: 'JP-13',
    city: '渋谷区',
    zip: '150-0002',
    phone: '+81345',
    taxRate: 0.1,
    taxTitle: '消費税',
    taxesIncluded: true,
    other: ['USD', 'EUR'],
  },
  {
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    country: 'Germany',
    countryCode: 'DE',
    province: 'Berlin',
    provinceCode: 'BE',
    city: 'Berlin',
    zip: '10115',
    phone: '+4930',
    taxRate: 0.19,
    taxTitle: 'MwSt',
    taxesIncluded: true,
    other: ['USD', 'GBP', 'JPY'],
  },
  {
    currency: 'KWD',
    timeZone: 'Asia/Kuwait',
    country: 'Kuwait',
    countryCode: 'KW',
    province: 'Al Asimah',
    provinceCode: 'KW-KU',
    city: 'Kuwait City',
    zip: '13001',
    phone: '+9652',
    taxRate: 0,
    taxTitle: 'Tax',
    taxesIncluded: false,
    other: ['USD', 'EUR'],
  },
];

/** The profile of the shop with this index; after the list's end it starts over. */
export function profileOf(index) {
  return profiles[index % profiles.length];
}
