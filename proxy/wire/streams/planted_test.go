package streams

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// unevenStreams are recordings whose expectation does not hold per place: the
// same text stands at two places of one event, or moves between places.
var unevenStreams = map[string]string{
	"perplexity--chat-completions--stream--01": "text at two places of each event",
	"writer--chat-v1--stream--02":              "text at two places of each event",
}

func TestPlantedTokensAreRestoredInRecordedAnswers(t *testing.T) {
	exchanges, trials, misses := 0, 0, 0
	for _, r := range recordings(t) {
		if len(r.channels) == 0 || r.framing == "eventstream" || r.framing == "json-array" || unevenStreams[r.name] != "" {
			continue
		}
		exchanges++
		for seed := uint64(1); seed <= 3; seed++ {
			p := plant(t, r, rand.New(rand.NewPCG(seed, 7)))
			for name, cuts := range plans(recording{framing: r.framing, body: p.body}, seed) {
				trials++
				o := Options{Route: r.route, MediaType: r.mediaType, NewLane: lanes(p.pairs...)}
				got := restored(t, o, p.body, cuts)
				if fault := p.check(got); fault != "" {
					misses++
					t.Errorf("%s, seed %d, %s: %s", r.name, seed, name, fault)
					break
				}
			}
		}
	}
	t.Logf("%d exchanges, %d trials, %d misses", exchanges, trials, misses)
}

// signed reports whether a text goes back to the provider as the model wrote
// it, so that its tokens must stay.
func (r recording) signed(c recordedChannel) bool {
	return r.route != nil && (strings.HasSuffix(c.Channel, "/thinking") || strings.Contains(c.Channel, "/reasoning_details"))
}

// planting is a recording with tokens in the place of words.
type planting struct {
	recording
	pairs []string
	texts []string // by channel: what the client must get
}

var word = regexp.MustCompile(`[A-Za-z]{3,}`)

func plant(t *testing.T, r recording, rnd *rand.Rand) planting {
	ranges := eventRanges(r.framing, r.body)
	var patches []patch
	p := planting{recording: r}
	for i, c := range r.channels {
		p.texts = append(p.texts, c.Text)
		words := word.FindAllStringIndex(c.Text, -1)
		if len(words) == 0 || strings.HasSuffix(c.Channel, "#json") {
			continue
		}
		w := words[rnd.IntN(len(words))]
		token := fmt.Sprintf("[EMAIL_%04dXY]", i)
		text := c.Text[:w[0]] + token + c.Text[w[1]:]
		p.pairs = append(p.pairs, token, c.Text[w[0]:w[1]])
		if r.signed(c) {
			p.texts[i] = text
		}
		var places []place
		for _, piece := range c.Pieces {
			for _, event := range piece.Events {
				places = append(places, place{event, piece.Ptr})
			}
		}
		for i, piece := range resplit(text, len(places), rnd) {
			start, end, ok := places[i].at(r.body, ranges)
			if !ok {
				t.Fatalf("%s: no string at %v", r.name, places[i])
			}
			patches = append(patches, patch{start, end, piece})
		}
		for _, a := range c.Aggregates {
			if start, end, ok := a.at(r.body, ranges); ok {
				patches = append(patches, patch{start, end, text})
			}
		}
	}
	p.body = patched(r.body, patches)
	return p
}

// resplit cuts a text into n pieces at random, between characters.
func resplit(text string, n int, rnd *rand.Rand) []string {
	cuts := []int{0}
	for range n - 1 {
		cut := rnd.IntN(len(text) + 1)
		for cut < len(text) && !utf8.RuneStart(text[cut]) {
			cut++
		}
		i := len(cuts)
		cuts = append(cuts, cut)
		for ; cuts[i-1] > cut; i-- {
			cuts[i] = cuts[i-1]
		}
		cuts[i] = cut
	}
	pieces := make([]string, n)
	for i := range n {
		end := len(text)
		if i+1 < n {
			end = cuts[i+1]
		}
		pieces[i] = text[cuts[i]:end]
	}
	return pieces
}

// check compares what a client would assemble with the recording.
func (p planting) check(body []byte) string {
	ranges := eventRanges(p.framing, body)
	if want := len(eventRanges(p.framing, p.body)); len(ranges) != want {
		return fmt.Sprintf("%d events became %d", want, len(ranges))
	}
	for i, c := range p.channels {
		if strings.HasSuffix(c.Channel, "#json") {
			continue
		}
		var got strings.Builder
		for _, piece := range c.Pieces {
			for _, event := range piece.Events {
				got.WriteString(valueAt(body, ranges, place{event, piece.Ptr}))
			}
		}
		if got.String() != p.texts[i] {
			return fmt.Sprintf("channel %s differs", c.Channel)
		}
		for _, a := range c.Aggregates {
			if valueAt(body, ranges, a) != p.texts[i] {
				return fmt.Sprintf("channel %s: the text at %s of event %d differs", c.Channel, a.ptr, a.event)
			}
		}
	}
	return ""
}

// valueAt reads a string with the standard library's decoder.
func valueAt(body []byte, ranges [][2]int, p place) string {
	r := ranges[max(0, p.event)]
	var v any
	if json.Unmarshal(body[r[0]:r[1]], &v) != nil {
		return "not JSON"
	}
	for step := range strings.SplitSeq(strings.TrimPrefix(p.ptr, "/"), "/") {
		switch in := v.(type) {
		case map[string]any:
			v = in[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]
		case []any:
			i, _ := strconv.Atoi(step)
			if i >= len(in) {
				return "no such element"
			}
			v = in[i]
		}
	}
	s, _ := v.(string)
	return s
}

// patch is a change of a body, made from its end to its start.
type patch struct {
	start, end int
	text       string
}

func patched(body []byte, patches []patch) []byte {
	out := bytes.Clone(body)
	for len(patches) > 0 {
		last := 0
		for i, p := range patches {
			if p.start > patches[last].start {
				last = i
			}
		}
		p := patches[last]
		quoted, _ := json.Marshal(p.text)
		out = append(append(append([]byte{}, out[:p.start]...), quoted...), out[p.end:]...)
		patches = append(patches[:last:last], patches[last+1:]...)
	}
	return out
}
