// Puts the admin's page together: navigation at the side, the place beside it.
import { applySettings, learn, settings } from '../settings.js';
import { admin } from './api.js';
import { begin, refresh } from './router.js';
import { Shell } from './shell.js';
import { words } from './words.js';

learn(words);
applySettings();

const routes = [
  { path: '/admin', name: 'overview', load: () => import('./pages/overview.js') },
  { path: '/admin/schedules', name: 'schedules', load: () => import('./pages/schedules.js') },
  { path: '/admin/schedules/new', name: 'schedules', load: () => import('./pages/schedule.js') },
  { path: '/admin/schedules/:id', name: 'schedules', load: () => import('./pages/schedule.js') },
  { path: '/admin/deliveries', name: 'deliveries', load: () => import('./pages/deliveries.js') },
  { path: '/admin/deliveries/:id', name: 'deliveries', load: () => import('./pages/delivery.js') },
  { path: '/admin/chats', name: 'chats', load: () => import('./pages/chats.js') },
  { path: '/admin/chats/:id', name: 'chats', load: () => import('./pages/chat.js') },
  { path: '/admin/reports', name: 'reports', load: () => import('./pages/reports.js') },
  { path: '/admin/calendar', name: 'calendar', load: () => import('./pages/calendar.js') },
  { path: '/admin/calendar/:year', name: 'calendar', load: () => import('./pages/calendar.js') },
  { path: '/admin/settings', name: 'settings', load: () => import('./pages/settings.js') },
  { path: '/admin/audit', name: 'audit', load: () => import('./pages/audit.js') },
  { path: '/admin/nowhere', name: '', load: () => import('./pages/nowhere.js') }, // the last one is for every other address
];

const shell = new Shell();
await shell.begin();
settings.addEventListener('language', () => {
  shell.draw();
  refresh();
});
admin.addEventListener('changed', () => shell.draw());
await begin(routes, shell.place, (route) => shell.mark(route.name));
