package proxy_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
	"coatcheck/proxy/standin"
	"coatcheck/proxy/wire"
	"coatcheck/redact"
	"coatcheck/redact/hide"
	"coatcheck/redact/plain"
	"coatcheck/redact/token"
)

const stranger = "other@example.org" // whom the caller never named

// TestAnswers: what the model wrote and the caller never sent, in each setting,
// whole and streamed, plain and packed, with live tokens and without.
func TestAnswers(t *testing.T) {
	for _, mode := range proxy.AnswerModes() {
		for _, heard := range []string{"hello", "I am " + email} {
			for _, coding := range []string{"", "gzip"} {
				for _, stream := range []bool{false, true} {
					name := fmt.Sprintf("%s, %q, %s, stream %v", mode, heard, coding, stream)
					r := newRig(t, rigOptions{config: func(c *proxy.Config) { c.Answers = mode }})
					r.provider.Enqueue(standin.Voice{Coding: coding, Say: func(heard string) string { return heard + ", not " + stranger + ", he said." }}.Answer)
					answer := r.ask(name, heard, coding, stream)
					must(t, r.proxy.Shutdown(t.Context())) // the exchange is counted once it is over
					want := heard + ", not " + stranger + ", he said."
					if mode == proxy.AnswersMask {
						want = heard + ", not [EMAIL], he said."
					}
					if answer != want {
						t.Errorf("%s: %q, want %q", name, answer, want)
					}
					seen := map[string]int{"EMAIL": 1}
					if mode == proxy.AnswersRestore {
						seen = nil
					}
					if got := r.proxy.Counters().Made; fmt.Sprint(got) != fmt.Sprint(seen) {
						t.Errorf("%s: counted %v, want %v", name, got, seen)
					}
					if logged := strings.Contains(r.log.String(), `"made_by_model":{"EMAIL":1}`); logged != (seen != nil) {
						t.Errorf("%s: the log line says so: %v", name, logged)
					}
					if strings.Contains(r.log.String(), stranger) {
						t.Errorf("%s: the log line quotes the value", name)
					}
				}
			}
		}
	}
}

// ask sends one message to the plain API and returns the text of the answer.
func (r *rig) ask(name, text, coding string, stream bool) string {
	r.t.Helper()
	req, err := http.NewRequest(http.MethodPost, "https://api.example.com/model", strings.NewReader(fmt.Sprintf(`{"stream":%v,"input":%s}`, stream, quoted(text))))
	must(r.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Encoding", coding)
	resp, err := r.client(false).Do(req)
	must(r.t, err)
	defer resp.Body.Close()
	from, err := wire.NewInflater(resp.Header.Get("Content-Encoding"), resp.Body)
	must(r.t, err)
	answer, err := io.ReadAll(from)
	if err != nil || resp.StatusCode != 200 {
		r.t.Fatalf("%s: status %d, %v: %s", name, resp.StatusCode, err, answer)
	}
	var b strings.Builder
	for _, m := range outputs.FindAllSubmatch(answer, -1) {
		b.Write(m[1])
	}
	return b.String()
}

// TestMaskedAtEveryCut streams an answer with the caller's value, as a token,
// and strangers' values, in deltas cut at every character: in a table's field, in
// tool arguments, and in a field that no table knows. No five characters of a
// stranger's value leave before the end of what they stand in.
func TestMaskedAtEveryCut(t *testing.T) {
	live, judge := liveAndJudge(t)
	const text = "You are [EMAIL_7K3QXM], not " + stranger + ", with card 5555 5555 5555 4444 or call +44 20 7946 0958 today."
	const want = "You are jane.roe@example.com, not [EMAIL], with card [CARD] or call [PHONE] today."
	_, chat := wire.RouteByPath("POST", "/v1/chat/completions")
	_, messages := wire.RouteByPath("POST", "/v1/messages")
	for _, place := range []struct {
		name  string
		route *wire.Route
		event string // with %s for the piece
		end   string
	}{
		{"chat", chat, `{"choices":[{"index":0,"delta":{"content":"%s"}}]}`, `{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`},
		{"a field that no table knows", chat, `{"choices":[{"index":0,"delta":{"musings":"%s"}}]}`, `[DONE]`},
		{"a block", messages, `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}`, `{"type":"content_block_stop","index":0}`},
		{"an unknown API", nil, `{"delta":{"text":"%s"}}`, `[DONE]`},
	} {
		for cut := range len(text) + 1 {
			pieces := []string{text[:cut], text[cut:]}
			if cut == len(text) {
				pieces = strings.Split(text, "")
			}
			var out bytes.Buffer
			s := wire.NewStream(wire.StreamOptions{
				Route: place.route, MediaType: "text/event-stream", Status: 200, Out: &out, MaxQueued: hide.MaxHeld,
				NewLane: func() wire.Lane { return proxy.MaskedLane(judge, live) },
			})
			for _, p := range pieces {
				event := fmt.Sprintf("data: "+place.event+"\n\n", p)
				_, err := s.Write([]byte(event))
				must(t, err)
				escaped(t, place.name, want, said(out.String()), stranger, "5555 5555 5555 4444", "+44 20 7946 0958")
			}
			_, err := s.Write([]byte("data: " + place.end + "\n\n"))
			must(t, err)
			if got := said(out.String()); got != want {
				t.Errorf("%s, cut at %d: at the end of the text %q", place.name, cut, got)
			}
			must(t, s.Close())
		}
	}
}

var (
	outputs = regexp.MustCompile(`"output":"((?:[^"\\]|\\.)*)"`)
	deltas  = regexp.MustCompile(`"(?:content|musings|text)":"((?:[^"\\]|\\.)*)"`)
)

// said is the text of all deltas in a stream.
func said(stream string) string {
	var b strings.Builder
	for _, m := range deltas.FindAllStringSubmatch(stream, -1) {
		b.WriteString(m[1])
	}
	return b.String()
}

// escaped fails if a text holds a piece of a value that may not be seen anyway.
func escaped(t *testing.T, where, seen, text string, values ...string) {
	t.Helper()
	for _, v := range values {
		for i := range len(v) - 4 {
			if p := v[i : i+5]; strings.Contains(text, p) && !strings.Contains(seen, p) {
				t.Fatalf("%s: %q leaves in %q", where, p, text)
			}
		}
	}
}

// BenchmarkAnswers measures what an event costs in each setting: the time that
// it takes on its way, its own reading of JSON included, and what is done when
// an answer of 260 events is over.
//
//	go test -run '^$' -bench Answers ./proxy
func BenchmarkAnswers(b *testing.B) {
	live, judge := liveAndJudge(b)
	_, chat := wire.RouteByPath("POST", "/v1/chat/completions")
	var events [][]byte
	for _, word := range strings.SplitAfter(strings.Repeat("The parcel that I ordered in spring has not come, and nobody knew more. ", 20), " ") {
		events = append(events, []byte(`data: {"choices":[{"index":0,"delta":{"content":"`+word+`"}}]}`+"\n\n"))
	}
	for _, mode := range proxy.AnswerModes() {
		lane := func() wire.Lane { return token.NewRestorer(live, token.URLGuard()) }
		if mode == proxy.AnswersMask {
			lane = func() wire.Lane { return proxy.MaskedLane(judge, live) }
		}
		b.Run(string(mode), func(b *testing.B) {
			var took, end []time.Duration
			for b.Loop() {
				s := wire.NewStream(wire.StreamOptions{Route: chat, MediaType: "text/event-stream", Status: 200, Out: io.Discard, NewLane: lane})
				for _, e := range events {
					start := time.Now()
					_, _ = s.Write(e)
					took = append(took, time.Since(start))
				}
				_ = s.Close()
				start := time.Now()
				if mode == proxy.AnswersReport { // reads it all once more
					s := wire.NewStream(wire.StreamOptions{
						Route: chat, MediaType: "text/event-stream", Status: 200, Out: io.Discard,
						NewLane: func() wire.Lane { return proxy.ReaderLane(judge) },
					})
					_, _ = s.Write(bytes.Join(events, nil))
					_ = s.Close()
				}
				end = append(end, time.Since(start))
			}
			slices.Sort(took)
			slices.Sort(end)
			b.ReportMetric(float64(end[len(end)/2].Nanoseconds()), "ns-p50/end")
			b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "ns-p50/event")
			b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "ns-p99/event")
		})
	}
}

func liveAndJudge(t testing.TB) (*token.Live, *hide.Judge) {
	t.Helper()
	engine, err := baseEngine()
	must(t, err)
	live := token.NewLive([]token.Token{{Label: "EMAIL", ID: "7K3QXM"}}, func(token.Token) (plain.Text, bool) { return plain.New(email), true })
	ctx := t.Context()
	scan := func(text string) ([]redact.Finding, error) {
		return engine.Scan(ctx, []redact.Field{{Text: plain.New(text), Origin: redact.OriginAssistant, Message: -1}})
	}
	return live, hide.New(scan, token.NewShield(engine.Labels()), hide.NewSent(none, none))
}

func none(func(string) bool) {}

// finishing is a journal whose closing frame waits.
type finishing struct {
	proxy.Journal
	gate <-chan struct{}
}

func (f finishing) Finish(ctx context.Context, c journal.Close) error {
	<-f.gate
	return f.Journal.Finish(ctx, c)
}

// TestTheClientHasItsAnswerBeforeTheLog: all bytes of an answer are there, and
// its end is known where a length was announced or is known by then, while the
// log is not yet written and nobody has looked at it.
func TestTheClientHasItsAnswerBeforeTheLog(t *testing.T) {
	for _, mode := range proxy.AnswerModes() {
		for _, say := range []string{"hello", "I am " + email} {
			for _, sized := range []bool{false, true} {
				gate := make(chan struct{})
				r := newRig(t, rigOptions{config: func(c *proxy.Config) { c.Answers, c.Journal = mode, finishing{c.Journal, gate} }})
				const body = `{"output":"nothing of anybody"}`
				a := sent(200, "application/json", body)
				a.Sized = sized
				r.provider.Enqueue(standin.Fixed(a))
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.example.com/model", strings.NewReader(`{"input":`+quoted(say)+`}`))
				must(t, err)
				req.Header.Set("Content-Type", "application/json")
				resp, err := r.client(false).Do(req)
				if err != nil {
					t.Fatalf("%s, %q, sized %v: no head: %v", mode, say, sized, err)
				}
				got := make([]byte, len(body))
				if _, err = io.ReadFull(resp.Body, got); err == nil && resp.ContentLength >= 0 {
					_, err = resp.Body.Read(make([]byte, 1))
				}
				if string(got) != body || err != nil && err != io.EOF {
					t.Errorf("%s, %q, sized %v: %q, %v", mode, say, sized, got, err)
				}
				if changes := say != "hello" || mode == proxy.AnswersMask; changes && resp.ContentLength != int64(len(body)) {
					t.Errorf("%s, %q, sized %v: the length is %d", mode, say, sized, resp.ContentLength)
				}
				close(gate)
				_ = resp.Body.Close()
			}
		}
	}
}

// TestTheWholeExaminationHasOneDeadline: an answer of many texts, each of them
// short, is not looked at for longer than one request may be.
func TestTheWholeExaminationHasOneDeadline(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *proxy.Config) { c.Timeouts.Scan = 300 * time.Millisecond }})
	var texts strings.Builder
	for i := 0; texts.Len() < 6<<20; i++ {
		fmt.Fprintf(&texts, "\"write to user%d@example.org or call +44 20 7946 %04d\",", i, i%10000)
	}
	a := sent(200, "application/json", `[`+texts.String()+`""]`)
	a.Coding = "gzip"
	r.provider.Enqueue(standin.Fixed(a))
	req, err := http.NewRequest(http.MethodPost, "https://api.example.com/model", strings.NewReader(`{"input":"hello"}`))
	must(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Encoding", "gzip")
	start := time.Now()
	resp, err := r.client(false).Do(req)
	must(t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	must(t, err)
	_ = resp.Body.Close()
	must(t, r.proxy.Shutdown(t.Context()))
	if took := time.Since(start); took > 10*time.Second || !strings.Contains(r.log.String(), `"answer_unread":true`) {
		t.Errorf("it took %v, and the log says %s", took, r.log.String())
	}
}

// TestMaskedAnswerThatCannotBeRead is not passed on.
func TestMaskedAnswerThatCannotBeRead(t *testing.T) {
	for mode, status := range map[proxy.Answers]int{proxy.AnswersReport: 200, proxy.AnswersMask: 502} {
		r := newRig(t, rigOptions{config: func(c *proxy.Config) { c.Answers = mode }})
		r.provider.Enqueue(standin.Fixed(standin.Answer{
			Header: http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"x-unknown"}}, Body: []byte(`"` + stranger + `"`),
		}))
		resp, answer := r.post(r.client(false), chatURL, hello)
		if resp.StatusCode != status {
			t.Errorf("%s: status %d, want %d", mode, resp.StatusCode, status)
		}
		if mode == proxy.AnswersMask {
			checkRefusal(t, answer, "answer_unreadable")
		}
		must(t, r.proxy.Shutdown(t.Context()))
		if unread := strings.Contains(r.log.String(), `"answer_unread":true`); unread != (mode == proxy.AnswersReport) {
			t.Errorf("%s: the log says that nobody could look: %v", mode, unread)
		}
	}
}
