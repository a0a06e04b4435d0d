// Words for names and texts, with the characters that break careless code: other scripts,
// emoji beyond the basic plane, quotes, backslashes, HTML, right-to-left, combining accents.

const adjectives = [
  'Plain',
  'Woven',
  'Quiet',
  'Bright',
  'Folded',
  'Heavy',
  'Light',
  'Round',
  'Coastal',
  'Winter',
];
const materials = ['Cotton', 'Linen', 'Oak', 'Steel', 'Wool', 'Cork', 'Glass', 'Leather', 'Clay', 'Paper'];
const things = ['Shirt', 'Lamp', 'Mug', 'Bag', 'Chair', 'Notebook', 'Scarf', 'Bottle', 'Table', 'Cap'];
const odd = [
  'Crème brûlée “Deluxe” 🍮',
  '毛糸の帽子 (ブルー)',
  'Bob\'s "Best" <Tee> & Co.',
  'Back\\slash / slash',
  'قميص قطن',
  'Größe Ü — naïve',
  'Cafe\u0301 set',
  '👩‍👩‍👧 family pack',
  '100% {{cotton}}',
  "Robert'); DROP TABLE--",
];
const descriptions = [
  '<p>Made to last.</p>',
  '<p>Soft &amp; warm.<br>Wash at 30&deg;C.</p>',
  '<h2>Über</h2><ul><li>one</li><li>two</li></ul>',
  '<p>He said: "yes" &mdash; it\'s fine \\o/</p>\n<p>second\tline</p>',
  '<p>🎁 Geschenk &euro; 10</p>',
];

export const kVendors = ['Acme', 'Nordwind', 'Hinoki & Sons', 'L’Atelier', 'Ødegård', 'Made "Here"'];
export const kTypes = ['Apparel', 'Home', 'Kitchen', 'Stationery', 'Furniture', ''];
export const kTags = [
  'new',
  'sale',
  'summer',
  'winter',
  'größe-l',
  'eco friendly',
  '日本製',
  'gift',
  "men's",
];
export const kColours = ['Black', 'White', 'Blue', 'Red', 'Grün', '黒', 'Off-White', 'Sand', 'Olive', 'Pink'];
export const kSizes = ['XS', 'S', 'M', 'L', 'XL', 'XXL', '38', '40', '42', '44'];

const firstNames = ['Ada', 'Zoë', 'José', '太郎', 'Anne-Marie', "D'Angelo", 'Olga', 'محمد', 'Li', 'Søren'];
const lastNames = [
  'Müller',
  'O’Brien',
  'Tanaka',
  'Smith',
  'García',
  'Nowak',
  'van der Berg',
  'Lee',
  'Öz',
  'Doe',
];
const streets = ['Main Street', 'Hauptstraße', '本町', 'Rue de l’Église', 'High Road', 'Salem Street'];

export function title(random) {
  const usual = `${random.pick(adjectives)} ${random.pick(materials)} ${random.pick(things)}`;
  return random.chance(0.15) ? `${random.pick(odd)} ${usual}` : usual;
}

export function descriptionHtml(random) {
  return random.chance(0.1) ? '' : random.pick(descriptions);
}

/** Description as the platform strips it: no tags, the few entities used here decoded. */
export function stripHtml(html) {
  const entities = { '&amp;': '&', '&deg;': '°', '&mdash;': '—', '&euro;': '€' };
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&[a-z]+;/g, (name) => entities[name] ?? name)
    .replace(/\s+/g, ' ')
    .trim();
}

export function slug(text) {
  return (
    text
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/g, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'product'
  );
}

export function personName(random) {
  return { firstName: random.pick(firstNames), lastName: random.pick(lastNames) };
}

export function streetAddress(random) {
  return `${random.int(1, 240)} ${random.pick(streets)}`;
}
