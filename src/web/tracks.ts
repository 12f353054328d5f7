import type { Track } from './api';

const codecs: [RegExp, string][] = [
	[/^avc[13]\./, 'H.264'],
	[/^(hvc1|hev1)\./, 'HEVC'],
	[/^av01\./, 'AV1'],
	[/^vp09\./, 'VP9'],
	[/^mp4a\.40\.34$/, 'MP3'],
	[/^mp4a\.40/, 'AAC'],
	[/^opus/i, 'Opus'],
	[/^flac/i, 'FLAC'],
	[/^ac-3/, 'AC-3'],
	[/^ec-3/, 'E-AC-3'],
];

function codecWord(codec: string): string {
	return codecs.find(([re]) => re.test(codec))?.[1] ?? codec;
}

function channelWord(n: number | undefined): string {
	switch (n) {
		case undefined:
			return '';
		case 1:
			return 'mono';
		case 2:
			return 'stereo';
		case 6:
			return '5.1';
		default:
			return `${n} channels`;
	}
}

function words(track: Track): string {
	const parts =
		track.kind === 'video'
			? [
					track.width !== undefined && track.height !== undefined
						? `${track.width}×${track.height}`
						: '',
					track.frame_rate !== undefined
						? `${Number(track.frame_rate.toFixed(2))} fps`
						: '',
					codecWord(track.codecs),
				]
			: [
					codecWord(track.codecs),
					track.sample_rate !== undefined
						? `${Number((track.sample_rate / 1000).toFixed(1))} kHz`
						: '',
					channelWord(track.channels),
				];
	return parts.filter((p) => p !== '').join(', ');
}

// "1280×720, 30 fps, H.264": one line for each track.
export function trackWords(tracks: Track[]): string[] {
	return tracks.map(words);
}

// The picture's shape as width / height, within reason; 16:9 until known.
export function aspect(tracks: Track[]): number {
	const v = tracks.find((t) => t.kind === 'video');
	return v?.width !== undefined && v.height !== undefined && v.height > 0
		? Math.min(2.4, Math.max(9 / 16, v.width / v.height))
		: 16 / 9;
}
