import './app';
import { routeOf } from './router';

// A viewer who comes straight to a player waits for one round trip less.
const { page } = routeOf(location.pathname);
if (page !== 'home' && page !== 'missing' && page !== 'studio') {
	void import('./watching').catch(() => undefined);
}
