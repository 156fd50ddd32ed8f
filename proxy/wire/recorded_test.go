package wire

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// recording is one exchange of recorded traffic and what a client makes of it.
type recording struct {
	name      string
	mediaType string
	route     *Route
	framing   string
	body      []byte
	channels  []recordedChannel
}

type recordedChannel struct {
	Channel string
	Text    string
	Pieces  []struct {
		Ptr    string
		Events []int
	}
	Aggregates []place
}

// place is a string of an event: its number and a JSON pointer.
type place struct {
	event int
	ptr   string
}

func (p *place) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[2]any{&p.event, &p.ptr})
}

// recordings loads the traffic that COATCHECK_SHARED/wire holds.
func recordings(t testing.TB) []recording {
	shared := os.Getenv("COATCHECK_SHARED")
	if shared == "" {
		t.Skip("COATCHECK_SHARED is not set: no recorded traffic to replay")
	}
	names, err := filepath.Glob(filepath.Join(shared, "wire", "*", "response.body"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no recordings (%v)", err)
	}
	var all []recording
	for _, name := range names {
		dir := filepath.Dir(name)
		var req struct{ Method, Path string }
		var resp struct{ Headers [][2]string }
		var meta struct{ Framing string }
		var expect struct{ Channels []recordedChannel }
		load(t, dir, "request.json", &req)
		load(t, dir, "response.json", &resp)
		load(t, dir, "meta.json", &meta)
		if _, err := os.Stat(filepath.Join(dir, "expect.json")); err == nil {
			load(t, dir, "expect.json", &expect)
		}
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r := recording{name: filepath.Base(dir), framing: meta.Framing, body: body, channels: expect.Channels}
		for _, h := range resp.Headers {
			switch strings.ToLower(h[0]) {
			case "content-type":
				r.mediaType = h[1]
			case "content-encoding":
				r.body = gunzip(t, body)
			}
		}
		path, _, _ := strings.Cut(req.Path, "?")
		_, r.route = RouteByPath(req.Method, path)
		all = append(all, r)
	}
	return all
}

func load(t testing.TB, dir, name string, into any) {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		t.Fatalf("%s/%s: %v", filepath.Base(dir), name, err)
	}
}

func gunzip(t testing.TB, b []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	b, err = io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var blankLine = regexp.MustCompile(`\r?\n\r?\n`)

// eventRanges is a second reader of streams: where the JSON of each event is.
func eventRanges(framing string, body []byte) (ranges [][2]int) {
	if framing == "json" {
		return [][2]int{{0, len(body)}}
	}
	separator := blankLine
	if framing == "ndjson" {
		separator = regexp.MustCompile(`\n`)
	}
	from := 0
	ends := append(separator.FindAllIndex(body, -1), []int{len(body), len(body)})
	for _, end := range ends {
		block := body[from:end[0]]
		start := 0
		if framing == "sse" {
			m := regexp.MustCompile(`(?m)^data: ?`).FindIndex(block)
			if m == nil {
				from = end[1]
				continue
			}
			start = m[1]
			if n := bytes.IndexAny(block[start:], "\r\n"); n >= 0 {
				block = block[:start+n]
			}
		}
		if len(block) > start {
			ranges = append(ranges, [2]int{from + start, from + len(block)})
		}
		from = end[1]
	}
	return ranges
}

// at returns where in the body a string stands, quotes included.
func (p place) at(body []byte, ranges [][2]int) (start, end int, ok bool) {
	r := ranges[max(0, p.event)]
	doc := body[r[0]:r[1]]
	dec := jsontext.NewDecoder(bytes.NewReader(doc), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		if dec.PeekKind() != jsontext.KindString {
			if _, err := dec.ReadToken(); err != nil {
				return start, end, ok
			}
			continue
		}
		raw, err := dec.ReadValue() // a name has its member's pointer, and comes before the value
		if err != nil {
			return start, end, ok
		}
		if string(dec.StackPointer()) == p.ptr {
			end = r[0] + int(dec.InputOffset())
			start, ok = end-len(raw), true
		}
	}
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

func TestRecordedAnswersWithoutTokensArriveAsTheyAre(t *testing.T) {
	trials := 0
	all := recordings(t)
	for _, r := range all {
		for _, route := range []*Route{r.route, nil} {
			for name, cuts := range plans(r, 1) {
				trials++
				// The second token's head occurs everywhere, so events wait.
				o := StreamOptions{Route: route, MediaType: r.mediaType, NewLane: lanes("<A1>", "x", "e \x00", "y")}
				if got := restored(t, o, r.body, cuts); !bytes.Equal(got, r.body) {
					t.Errorf("%s, %s: differs", r.name, name)
				}
			}
		}
	}
	t.Logf("%d exchanges, %d trials", len(all), trials)
}

// plans are ways to cut a body: whole, by event, at random and by byte.
func plans(r recording, seed uint64) map[string]func(int) int {
	ends := map[int]bool{}
	for _, rg := range eventRanges(r.framing, r.body) {
		ends[len(r.body)-rg[1]] = true
	}
	byEvent := func(rest int) int {
		n := 1
		for n < rest && !ends[rest-n] {
			n++
		}
		return n
	}
	return map[string]func(int) int{"whole": inWhole, "events": byEvent, "random": atRandom(seed), "bytes": byByte}
}

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
				o := StreamOptions{Route: r.route, MediaType: r.mediaType, NewLane: lanes(p.pairs...)}
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
