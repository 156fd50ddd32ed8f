package standin

import (
	"bytes"
	"net/http"
	"testing"
	"testing/fstest"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

// recorded is an exchange in the layout of the recordings.
func recorded(response []byte) fstest.MapFS {
	return fstest.MapFS{
		"request.json": file(`{"method":"POST","scheme":"https","host":"api.example.com","path":"//v1/model?x=%2F",
			"headers":[["Host","api.example.com"],["X-Two","1"],["x-two","2"],["Content-Length","99"]]}`),
		"request.body": file(`{"input": "hi"}`),
		"response.json": file(`{"status":203,"framing":"chunked",
			"headers":[["Content-Type","text/event-stream"],["Content-Encoding","gzip"],["Transfer-Encoding","chunked"]]}`),
		"response.body": {Data: response},
	}
}

func TestReplayedExchangeArrivesAsRecorded(t *testing.T) {
	coded, err := encodePieces("gzip", []string{"data: 1\n\n", "data: 2\n\n"})
	if err != nil {
		t.Fatal(err)
	}
	body := bytes.Join(coded, nil)
	x, err := ReadExchange(recorded(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, cut := range map[string]Cut{"whole": nil, "bytes": Every(1), "random": Random(7), "events": PerEvent} {
		t.Run(name, func(t *testing.T) {
			bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
				s.Enqueue(Fixed(x.Answer(cut)))
				r, err := x.Request(s.URL())
				if err != nil {
					t.Fatal(err)
				}
				resp, got := send(t, c, r)
				if resp.StatusCode != 203 || got != string(body) {
					t.Errorf("%d %q, want the recorded %q", resp.StatusCode, got, body)
				}
				if h := resp.Header; h.Get("Content-Type") != "text/event-stream" || h.Get("Content-Encoding") != "gzip" {
					t.Errorf("header %v", h)
				}
				q := s.Requests()[0]
				if q.Path != "//v1/model?x=%2F" || q.Host != "api.example.com" || string(q.Body) != `{"input": "hi"}` {
					t.Errorf("captured %s of %s, body %q", q.Path, q.Host, q.Body)
				}
				if two := q.Header["X-Two"]; len(two) != 2 || two[1] != "2" || q.Length != 15 {
					t.Errorf("captured header %v, length %d", q.Header, q.Length)
				}
			})
		})
	}
}

func TestUnreadableExchange(t *testing.T) {
	for _, name := range []string{"request.json", "request.body", "response.json", "response.body"} {
		folder := recorded(nil)
		delete(folder, name)
		if _, err := ReadExchange(folder); err == nil {
			t.Errorf("without %s: no error", name)
		}
	}
	folder := recorded(nil)
	folder["response.json"] = file(`{"status":"200"}`)
	if _, err := ReadExchange(folder); err == nil {
		t.Error("status that is no number: no error")
	}
}
