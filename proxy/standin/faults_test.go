package standin

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

func TestEndsOfAnAnswer(t *testing.T) {
	const events = "data: 1\n\ndata: 2\n\ndata: 3\n\n"
	cases := []struct {
		name   string
		answer Answer
		body   string
		clean  bool
	}{
		{"whole", Answer{EndAfter: 1}, events, true},
		{"short", Answer{End: Short, EndAfter: 2}, events[:18], true},
		{"short of an announced length", Answer{End: Short, EndAfter: 2, Sized: true}, events[:18], false},
		{"abort after no event", Answer{End: Abort}, "", false},
		{"abort after an event", Answer{End: Abort, EndAfter: 1}, events[:9], false},
		{"abort after 4 bytes", Answer{End: Abort, EndAfter: 1, Cut: At(4)}, events[:4], false},
		{"abort at the end", Answer{End: Abort, EndAfter: 9}, events, false},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
				a := k.answer
				a.Body = []byte(events)
				if a.Cut == nil {
					a.Cut = PerEvent
				}
				s.Enqueue(Fixed(a))
				resp, err := c.Get(s.URL())
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				body, err := io.ReadAll(resp.Body)
				if string(body) != k.body || (err == nil) != k.clean {
					t.Errorf("read %q, %v", body, err)
				}
			})
		})
	}
}

func TestResetIsNoEnd(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		s.Enqueue(Fixed(Answer{Body: []byte("abc"), Cut: Every(1), EndAfter: 1, End: Reset}))
		resp, err := c.Get(s.URL())
		if err == nil {
			_, err = io.ReadAll(resp.Body)
			resp.Body.Close()
		}
		if err == nil {
			t.Error("a clean end")
		}
	})
}

func TestEachPieceWaitsForItsGate(t *testing.T) {
	for _, coding := range []string{"", "gzip", "deflate", "br", "zstd"} {
		t.Run(coding, func(t *testing.T) {
			bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
				gate := make(chan struct{})
				s.Enqueue(Fixed(Answer{Body: []byte("one\ntwo\nend\n"), Cut: Every(4), Gate: gate, Coding: coding}))
				resp, err := c.Get(s.URL())
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				r, err := decoder(resp.Header.Get("Content-Encoding"), resp.Body)
				if err != nil {
					t.Fatal(err)
				}
				lines := bufio.NewReader(r)
				for _, want := range []string{"one\n", "two\n"} {
					if got, err := lines.ReadString('\n'); got != want || err != nil {
						t.Fatalf("%q, %v", got, err)
					}
					gate <- struct{}{}
				}
				if rest, err := io.ReadAll(lines); string(rest) != "end\n" || err != nil {
					t.Errorf("%q, %v", rest, err)
				}
			})
		})
	}
}

func TestHeadWaitsForItsGate(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		gate, done := make(chan struct{}), make(chan error, 1)
		s.Enqueue(Fixed(Answer{HeadGate: gate}))
		go func() {
			resp, err := c.Get(s.URL())
			if err == nil {
				err = resp.Body.Close()
			}
			done <- err
		}()
		gate <- struct{}{} // returns when the server waits
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestCloseReleasesWhatWaits(t *testing.T) {
	s, err := Start(Config{Voice: Voice{}})
	if err != nil {
		t.Fatal(err)
	}
	s.Enqueue(Fixed(Answer{Body: []byte("x"), End: Stall}))
	resp, err := clientOf(t, s, "HTTP/1.1").Get(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	s.Close()
	if body, err := io.ReadAll(resp.Body); err == nil {
		t.Errorf("read %q and a clean end", body)
	}
}

func TestTruncatedGzip(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		s.Enqueue(Fixed(Answer{Body: []byte("onetwo"), Cut: At(3), Coding: "gzip", End: Short, EndAfter: 1}))
		resp, err := c.Get(s.URL())
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		z, err := gzip.NewReader(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); string(got) != "one" || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("read %q, %v", got, err)
		}
	})
}

func TestErrorsAndRedirects(t *testing.T) {
	const body = `{"input":"<jane@example.com>"}`
	cases := []struct {
		name, path string
		script     Script
		status     int
		holds      []string
	}{
		{"plain", "/model", ErrorJSON(422), 422, []string{`{"error":"invalid value: '{\"input\":\"<jane@example.com>\"}'"}`}},
		{"openai", "/v1/chat/completions", ErrorJSON(400), 400, []string{`"error":{`, `"param":null`, "jane@example.com"}},
		{"anthropic", "/v1/messages", ErrorJSON(500), 500, []string{`"type":"error"`, "jane@example.com"}},
		{"html", "/model", ErrorHTML(502), 502, []string{"<h1>Bad Gateway</h1>", "&lt;jane@example.com&gt;"}},
		{"307", "/model", Redirect(307, "https://other.example.com/x"), 307, nil},
		{"308", "/model", Redirect(308, "https://other.example.com/x"), 308, nil},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
				s.Enqueue(k.script)
				resp, got := post(t, c, s.URL()+k.path, body)
				if resp.StatusCode != k.status {
					t.Errorf("status %d", resp.StatusCode)
				}
				for _, want := range k.holds {
					if !strings.Contains(got, want) {
						t.Errorf("%q is missing in %q", want, got)
					}
				}
				if k.holds == nil && resp.Header.Get("Location") != "https://other.example.com/x" {
					t.Errorf("location %q", resp.Header.Get("Location"))
				}
			})
		})
	}
}

func TestHugeEventQuotesAtItsEnd(t *testing.T) {
	s := start(t, Config{})
	s.Enqueue(HugeEvent(1 << 20))
	_, body := post(t, clientOf(t, s, "HTTP/2.0"), s.URL()+"/model", `{"input":"jane@example.com"}`)
	if len(body) < 1<<20 || !strings.HasSuffix(body, `jane@example.com\"}"}`+"\n\n") || strings.Count(body, "\n\n") != 1 {
		t.Errorf("%d bytes that end in %q", len(body), body[max(0, len(body)-40):])
	}
}

func TestUnknownCodingIsTheCallersFault(t *testing.T) {
	s := start(t, Config{})
	s.Enqueue(Fixed(Answer{Coding: "rot13"}))
	if resp, _ := post(t, clientOf(t, s, "HTTP/1.1"), s.URL(), ""); resp.StatusCode != 500 {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func TestAnswersAreSizedOrChunked(t *testing.T) {
	for _, coding := range []string{"", "gzip"} {
		bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
			s.Enqueue(
				Fixed(Answer{Body: bytes.Repeat([]byte("x"), 9000), Sized: true, Cut: Every(1000), Coding: coding}),
				Fixed(Answer{Body: []byte("x"), Coding: coding}),
				Fixed(Answer{Status: 204}),
			)
			resp, body := post(t, c, s.URL(), "")
			if resp.ContentLength != int64(len(body)) || resp.Header.Get("Content-Length") != strconv.Itoa(len(body)) {
				t.Errorf("sized: length %d for %d bytes", resp.ContentLength, len(body))
			}
			if resp, _ := post(t, c, s.URL(), ""); resp.ContentLength != -1 || resp.Header["Content-Type"] != nil {
				t.Errorf("chunked: length %d, header %v", resp.ContentLength, resp.Header)
			}
			if resp, body := post(t, c, s.URL(), ""); resp.StatusCode != 204 || body != "" {
				t.Errorf("no content: %d %q", resp.StatusCode, body)
			}
		})
	}
}

func TestUnaskedSwitchOfProtocols(t *testing.T) {
	s := start(t, Config{Plain: true})
	s.Enqueue(Fixed(Answer{
		Status: http.StatusSwitchingProtocols, Header: http.Header{"Upgrade": {"x"}, "Connection": {"Upgrade"}}, End: Abort,
	}))
	got := exchangeRaw(t, s, "GET / HTTP/1.1\r\nHost: x.example.com\r\n\r\n")
	if !strings.HasPrefix(got, "HTTP/1.1 101 ") || !strings.Contains(got, "Upgrade: x\r\n") {
		t.Errorf("answer %q", got)
	}
}
