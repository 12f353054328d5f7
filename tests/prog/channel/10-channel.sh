#!/bin/sh
. "${0%/*}/../../lib/sh.sh"

ok "no weir-logd is temporary" exits 111 weir-channel add alice
ok "and says what to do" grep -q 'weir-logd does not answer' "$T/exits.out"
start weir-logd
key=$(weir-channel add alice --title "Alice's garden")
ok "prints a key, alone" [ "$(printf %s "$key" | wc -c)" -eq 32 ]
kept() { weir-cat --msgpack | grep -qaF -e "$key"; }
ok "does not keep it" exits 1 kept
hash=$(printf %s "$key" | b2sum -l 256 | cut -d' ' -f1)
ok "but its hash" [ "$(weir-cat --json -s "streamkey/$hash" | jq -r .data.channel)" = alice ]
ok "a second alice is refused" exits 100 weir-channel add alice
ok "a bad name is refused" exits 100 weir-channel add 'Alice B'
ok "lists it" [ "$(weir-channel list)" = "alice	Alice's garden" ]
weir-channel title alice "Alice's roof"
ok "titles it anew" [ "$(weir-channel list --json | jq -r '.[0].title')" = "Alice's roof" ]
ok "says how long to wait" exits 0 weir-channel grace alice 2min
graces() { weir-cat --json -s grace/alice | jq -c '[.data.grace_s, .data.usual]' | tr '\n' ' '; }
weir-channel grace alice 0 && weir-channel grace alice usual
ok "in the log" [ "$(graces)" = '[120,null] [null,null] [null,true] ' ]
ok "not for ever" exits 100 weir-channel grace alice 2d
ok "nor without a unit that is one" exits 100 weir-channel grace alice 5x
ok "nor of no channel" exits 100 weir-channel grace bob 5
ok "says how far back live playlists reach" exits 0 weir-channel window alice 10m
windows() { weir-cat --json -s window/alice | jq -c '[.data.window_us, .data.usual]' | tr '\n' ' '; }
weir-channel window alice all && weir-channel window alice usual
ok "in the log" [ "$(windows)" = '[600000000,null] [null,null] [null,true] ' ]
ok "a window of nothing is none" exits 100 weir-channel window alice 0
ok "nor one of no time" exits 100 weir-channel window alice some
ok "nor of no channel" exits 100 weir-channel window bob all
mkdir -p "$WEIR_STATE/pipelines" && printf '#!/bin/sh\n' >"$WEIR_STATE/pipelines/mine"
ok "a pipeline that cannot be started is none" exits 100 weir-channel pipeline alice mine
chmod +x "$WEIR_STATE/pipelines/mine"
ok "says which pipeline to take: one's own" exits 0 weir-channel pipeline alice mine
ok "or one of those there are" exits 0 weir-channel pipeline alice live
ok "not one that there is not" exits 100 weir-channel pipeline alice dead
ok "and says which there are" grep -q 'there are: mine, .*live' "$T/exits.out"
ok "nor one from elsewhere" exits 100 weir-channel pipeline alice ../bin/weir
weir-channel pipeline alice usual
pipelines() { weir-cat --json -s pipeline/alice | jq -c '[.data.pipeline, .data.usual]' | tr '\n' ' '; }
ok "in the log" [ "$(pipelines)" = '["mine",null] ["live",null] [null,true] ' ]
ok "sets a passphrase" exits 0 weir-channel passphrase alice 'correct horse'
ok "or one from stdin" sh -c "echo 'battery staple' | exec weir-channel passphrase alice -"
made=$(weir-channel passphrase alice new)
ok "or makes one" [ "${#made}" -eq 32 ]
ok "or has none" exits 0 weir-channel passphrase alice off
phrases() { weir-cat --json -s passphrase/alice | jq -c '[.data.passphrase, .data.off]' | tr '\n' ' '; }
ok "as who has the keys reads" \
    [ "$(phrases)" = "[\"correct horse\",null] [\"battery staple\",null] [\"$made\",null] [null,true] " ]
ok "and nobody else" sh -c "! grep -raqe 'correct horse' -e '$made' '$WEIR_STATE/log'"
ok "a short one is none" exits 100 weir-channel passphrase alice short
ok "nor one of no channel" exits 100 weir-channel passphrase bob 'correct horse'
new=$(weir-channel key alice)
ok "makes another key" [ "$new" != "$key" ]
ok "and revokes the old one" \
    [ "$(weir-cat --json -s "streamkey/$hash" | jq -r .type | tail -n 1)" = StreamKeyRevoked ]
ok "no such channel" exits 100 weir-channel key bob
ok "removes it" exits 0 weir-channel remove alice
ok "it is gone" [ -z "$(weir-channel list)" ]
ok "and its key too" \
    [ "$(weir-cat --json -t StreamKeyRevoked | jq -r .type | wc -l)" -eq 2 ]
ok "may be made again" exits 0 weir-channel add alice
ok "no command is permanent" exits 100 weir-channel
ok "an unknown one too" exits 100 weir-channel rename alice
ok "verifies clean" exits 0 weir-verify
