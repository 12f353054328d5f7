import './app';
import { routeOf } from './router';

// A viewer who comes straight to a channel waits for one round trip less.
if (routeOf(location.pathname).page === 'channel') {
	void import('./channel').catch(() => undefined);
}
