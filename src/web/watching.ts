// The pages with a player, fetched together.
import './channel';
import './clip';
import './recording';
