// A crowd at a server's door:  crowd.mjs PORT IDLE SLOW DROPPING
// IDLE clients ask once and keep their connection, SLOW send a byte a second of a head that never ends, DROPPING
// connect and go, again and again. Prints a line when all are there; SIGTERM ends it.
import net from 'node:net';

const [port, idle, slow, dropping] = process.argv.slice(2).map(Number);
const head = 'GET /healthz HTTP/1.1\r\nHost: souk.test\r\n';

function connect(first) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.setNoDelay(true);
      if (first) socket.write(first);
      resolve(socket);
    });
    socket.on('error', reject);
  });
}

async function askAndKeep() {
  const socket = await connect(`${head}\r\n`);
  await new Promise((answered) => socket.once('data', answered));
  return socket;
}

const many = (count, make) => Promise.all(Array.from({ length: count }, make));

await many(idle, askAndKeep);
const trickling = await many(slow, () => connect(`${head}X-Slow: `));
let turn = 0;
setInterval(() => trickling[(turn += 1) % slow].write('a'), 1000 / slow);
console.log('there');
for (;;) {
  const sockets = await many(dropping, () => connect());
  for (const socket of sockets) socket.resetAndDestroy();
  (await askAndKeep()).destroy(); // no faster than the server lets people in
}
