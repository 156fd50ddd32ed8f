package proxy_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/codings"
	"coatcheck/proxy/wire/streams"
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
					r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Answers = mode }})
					r.Provider.Enqueue(standin.Voice{Coding: coding, Say: func(heard string) string { return heard + ", not " + stranger + ", he said." }}.Answer)
					answer := ask(t, r, name, heard, coding, stream)
					rig.Must(t, r.Proxy.Shutdown(t.Context())) // the exchange is counted once it is over
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
					if got := r.Proxy.Counters().Made; fmt.Sprint(got) != fmt.Sprint(seen) {
						t.Errorf("%s: counted %v, want %v", name, got, seen)
					}
					if logged := strings.Contains(r.Log.String(), `"made_by_model":{"EMAIL":1}`); logged != (seen != nil) {
						t.Errorf("%s: the log line says so: %v", name, logged)
					}
					if strings.Contains(r.Log.String(), stranger) {
						t.Errorf("%s: the log line quotes the value", name)
					}
				}
			}
		}
	}
}

// ask sends one message to the plain API and returns the text of the answer.
func ask(t testing.TB, r *rig.Rig, name, text, coding string, stream bool) string {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, "https://api.example.com/model", strings.NewReader(fmt.Sprintf(`{"stream":%v,"input":%s}`, stream, quoted(text))))
	rig.Must(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Encoding", coding)
	resp, err := r.Client(false).Do(req)
	rig.Must(t, err)
	defer resp.Body.Close()
	from, err := codings.NewReader(resp.Header.Get("Content-Encoding"), resp.Body)
	rig.Must(t, err)
	answer, err := io.ReadAll(from)
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("%s: status %d, %v: %s", name, resp.StatusCode, err, answer)
	}
	var b strings.Builder
	for _, m := range outputs.FindAllSubmatch(answer, -1) {
		b.Write(m[1])
	}
	return b.String()
}

var outputs = regexp.MustCompile(`"output":"((?:[^"\\]|\\.)*)"`)

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
		lane := func() streams.Lane { return token.NewRestorer(live, token.URLGuard()) }
		if mode == proxy.AnswersMask {
			lane = func() streams.Lane { return proxy.MaskedLane(judge, live) }
		}
		b.Run(string(mode), func(b *testing.B) {
			var took, end []time.Duration
			for b.Loop() {
				s := streams.New(streams.Options{Route: chat, MediaType: "text/event-stream", Status: 200, Out: io.Discard, NewLane: lane})
				for _, e := range events {
					start := time.Now()
					_, _ = s.Write(e)
					took = append(took, time.Since(start))
				}
				_ = s.Close()
				start := time.Now()
				if mode == proxy.AnswersReport { // reads it all once more
					s := streams.New(streams.Options{
						Route: chat, MediaType: "text/event-stream", Status: 200, Out: io.Discard,
						NewLane: func() streams.Lane { return proxy.ReaderLane(judge) },
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
	engine, err := rig.Engine()
	rig.Must(t, err)
	live := token.NewLive([]token.Token{{Label: "EMAIL", ID: "7K3QXM"}}, func(token.Token) (plain.Text, bool) { return plain.New(email), true })
	ctx := t.Context()
	scan := func(text string) ([]redact.Finding, error) {
		return engine.Scan(ctx, []redact.Field{{Text: plain.New(text), Origin: redact.OriginAssistant, Message: -1}})
	}
	return live, hide.New(scan, token.NewShield(engine.Labels()), hide.NewSent(none, none))
}

func none(func(string) bool) {}
