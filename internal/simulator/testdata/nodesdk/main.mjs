// Drives the simulated platform with the official Node.js SDK, for
// nodesdk_test.go. It writes a line of JSON for each thing that happened, and
// ends when its input does.
import http from 'node:http';
import { adaptDefault, Client, EventDispatcher, LoggerLevel } from '@larksuiteoapi/node-sdk';

const { PLATFORM, APP_ID, APP_SECRET, ENCRYPT_KEY, VERIFICATION_TOKEN, GROUP, QUESTION, DAY } = process.env;
const say = (step, got) => process.stdout.write(JSON.stringify({ step, got }) + '\n');
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

const client = new Client({ appId: APP_ID, appSecret: APP_SECRET, domain: PLATFORM, logger: silent, loggerLevel: LoggerLevel.error });

const card = (words) => JSON.stringify({
  schema: '2.0', config: { update_multi: true },
  body: { elements: [
    { tag: 'markdown', content: words },
    { tag: 'button', element_id: 'go', text: { tag: 'plain_text', content: 'Go' }, behaviors: [{ type: 'callback', value: { do: 'go' } }] },
  ] },
});

const calls = {
  create: () => client.im.v1.message.create({
    params: { receive_id_type: 'chat_id' }, data: { receive_id: GROUP, msg_type: 'interactive', content: card('old'), uuid: 'node-1' },
  }),
  reply: () => client.im.v1.message.reply({ path: { message_id: QUESTION }, data: { msg_type: 'text', content: '{"text":"hello"}' } }),
  patch: ({ create }) => client.im.v1.message.patch({ path: { message_id: create.data.message_id }, data: { content: card('new') } }),
  reaction: () => client.im.v1.messageReaction.create({ path: { message_id: QUESTION }, data: { reaction_type: { emoji_type: 'Get' } } }),
  file: async () => ({ code: 0, data: await client.im.v1.file.create({
    data: { file_type: 'stream', file_name: 'rows.csv', file: Buffer.from('a,b') },
  }) }),
  chat: () => client.im.v1.chat.get({ path: { chat_id: GROUP } }),
  chats: () => client.im.v1.chat.list({ params: { page_size: 1 } }),
  report: () => client.vc.v1.report.getDaily({ params: { start_time: DAY, end_time: String(Number(DAY) + 86399) } }),
  unknown: () => client.im.v1.chat.get({ path: { chat_id: 'oc_none' } }).catch((error) => ({ code: error.response.data.code })),
};

// serve takes events and clicks, and tells where.
function serve() {
  const events = new EventDispatcher({ encryptKey: ENCRYPT_KEY, verificationToken: VERIFICATION_TOKEN, logger: silent, loggerLevel: LoggerLevel.error });
  events.register({
    'im.message.receive_v1': async ({ message, sender }) =>
      say('message', { content: message.content, mentioned: message.mentions[0].id.open_id, sender: sender.sender_id.open_id }),
    'im.chat.updated_v1': async ({ after_change }) => say('renamed', after_change.name),
    'card.action.trigger': async ({ action, operator }) => {
      say('click', { value: action.value, operator: operator.open_id });
      return { toast: { type: 'info', content: 'done' } };
    },
  });
  const server = http.createServer(adaptDefault('/webhook/event', events, { autoChallenge: true }));
  server.listen(0, '127.0.0.1', () => say('listening', `http://127.0.0.1:${server.address().port}/webhook/event`));
}

const done = {};
for (const [step, call] of Object.entries(calls)) {
  done[step] = await call(done);
  say(step, done[step]);
}
serve();
process.stdin.on('end', () => process.exit(0)).resume();
