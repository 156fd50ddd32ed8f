package streams

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"coatcheck/proxy/wire"
)

// recording is one exchange of recorded traffic and what a client makes of it.
type recording struct {
	name      string
	mediaType string
	route     *wire.Route
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
		_, r.route = wire.RouteByPath(req.Method, path)
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

func TestRecordedAnswersWithoutTokensArriveAsTheyAre(t *testing.T) {
	trials := 0
	all := recordings(t)
	for _, r := range all {
		for _, route := range []*wire.Route{r.route, nil} {
			for name, cuts := range plans(r, 1) {
				trials++
				// The second token's head occurs everywhere, so events wait.
				o := Options{Route: route, MediaType: r.mediaType, NewLane: lanes("<A1>", "x", "e \x00", "y")}
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
