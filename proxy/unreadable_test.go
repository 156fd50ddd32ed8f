package proxy_test

import (
	"net/http"
	"strings"
	"testing"

	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// unreadable are answers that nothing can look at, each with a stranger's
// address in it. Those that begin well end early for the client.
var unreadable = []struct {
	name   string
	answer standin.Answer
	begins bool
}{
	{"JSON that is too deep", sent(200, "application/json", strings.Repeat(`{"a":`, 1001)+quoted(stranger)+strings.Repeat("}", 1001)), false},
	{"a part of a document", sent(206, "application/json", `{"output":`+quoted(stranger)+`}`), false},
	{"bytes", sent(200, "application/octet-stream", "\x01 "+stranger), false},
	{"a document of another kind", sent(200, "application/pdf", "%PDF "+stranger), false},
	{"several bodies in one", sent(200, "multipart/mixed; boundary=x", "--x\r\n\r\n"+stranger+"\r\n--x--"), false},
	{"another width of characters", sent(200, "text/plain; charset=utf-16", "\xff\xfe"+strings.Join(strings.Split(stranger, ""), "\x00")), false},
	{"a document that is too large", sent(200, "application/json", `{"a":"`+strings.Repeat("x ", 40<<10)+stranger+`"}`), false},
	{"an event that is too large", sent(200, "text/event-stream", "data: {\"output\":\"x\"}\n\ndata: {\"output\":\""+strings.Repeat("x ", 20<<10)+stranger+"\"}\n\n"), true},
	{"a line that is too large", sent(200, "application/x-ndjson", "{\"output\":\"x\"}\n{\"output\":\""+strings.Repeat("x ", 20<<10)+stranger+"\"}\n"), false},
}

func sent(status int, contentType, body string) standin.Answer {
	return standin.Answer{Status: status, Header: http.Header{"Content-Type": {contentType}, "X-Served-By": {"provider"}}, Body: []byte(body), Cut: standin.PerEvent}
}

// TestMaskPassesNothingUnread: where the client may not see what the model
// made up, it gets nothing that nobody could look at. An answer that has not
// begun is refused; one that has begun is cut.
func TestMaskPassesNothingUnread(t *testing.T) {
	for _, tc := range unreadable {
		for _, say := range []string{"hello", "I am " + email} {
			r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
				c.Answers = proxy.AnswersMask
				c.Limits.Body, c.Limits.Event = 64<<10, 32<<10
			}})
			r.Provider.Enqueue(standin.Fixed(tc.answer))
			resp, body, err := r.TryPost(`{"input":` + quoted(say) + `}`)
			if strings.Contains(strings.ReplaceAll(body, "\x00", ""), stranger) {
				t.Errorf("%s, %q: the client received the address", tc.name, say)
			}
			switch {
			case tc.begins && (resp.StatusCode != tc.answer.Status || err == nil):
				t.Errorf("%s, %q: status %d, ended with %v", tc.name, say, resp.StatusCode, err)
			case !tc.begins:
				if resp.StatusCode != 502 || err != nil || resp.Header.Get("X-Served-By") != "" {
					t.Errorf("%s, %q: status %d, %v, head %v", tc.name, say, resp.StatusCode, err, resp.Header)
				}
				rig.CheckRefusal(t, body, "answer_unreadable")
			}
			rig.Must(t, r.Proxy.Shutdown(t.Context()))
			if log := r.Log.String(); !strings.Contains(log, `"reason":"answer_unreadable"`) || !strings.Contains(log, `"answer_unread":true`) {
				t.Errorf("%s, %q: the log line says nothing: %s", tc.name, say, log)
			}
		}
	}
}

// TestReportSaysWhatNobodyLookedAt: it passes as it is, and the log line counts
// the address or says that nobody could look.
func TestReportSaysWhatNobodyLookedAt(t *testing.T) {
	answers := unreadable
	answers = append(answers, struct {
		name   string
		answer standin.Answer
		begins bool
	}{"a picture", sent(200, "image/png", "\x89PNG "+stranger), false})
	for _, tc := range answers {
		for mode, told := range map[proxy.Answers]bool{proxy.AnswersReport: true, proxy.AnswersRestore: false} {
			r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
				c.Answers = mode
				c.Limits.Body, c.Limits.Event = 64<<10, 32<<10
			}})
			r.Provider.Enqueue(standin.Fixed(tc.answer))
			resp, body, err := r.TryPost(`{"input":"hello"}`)
			if err != nil || resp.StatusCode != tc.answer.Status || body != string(tc.answer.Body) {
				t.Errorf("%s, %s: status %d, %d bytes, %v", tc.name, mode, resp.StatusCode, len(body), err)
			}
			rig.Must(t, r.Proxy.Shutdown(t.Context()))
			unread, made := strings.Contains(r.Log.String(), `"answer_unread":true`), strings.Contains(r.Log.String(), `"EMAIL":1`)
			if (unread || made) != told || unread && made {
				t.Errorf("%s, %s: the log says that nobody looked: %v, that it was found: %v", tc.name, mode, unread, made)
			}
		}
	}
}

// TestMaskPassesPictures: they hold no text, they are not held back, and the
// log says that nobody looked.
func TestMaskPassesPictures(t *testing.T) {
	picture := strings.Repeat("\x89PNG\r\n\x1a\n", 64<<10)
	for _, kind := range []string{"image/png", "audio/mpeg", "video/mp4"} {
		r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
			c.Answers = proxy.AnswersMask
			c.Limits.InFlight = 256 << 10 // less than the picture
		}})
		r.Provider.Enqueue(standin.Fixed(sent(200, kind, picture)))
		resp, body, err := r.TryPost(`{"input":` + quoted(email) + `}`)
		if err != nil || resp.StatusCode != 200 || body != picture {
			t.Errorf("%s: status %d, %d bytes of %d, %v", kind, resp.StatusCode, len(body), len(picture), err)
		}
		rig.Must(t, r.Proxy.Shutdown(t.Context()))
		if !strings.Contains(r.Log.String(), `"answer_unread":true`) {
			t.Errorf("%s: the log does not say that nobody looked", kind)
		}
	}
}

// TestMaskKeepsWhatBreaksOff: of an answer that the provider does not end, the
// part that nobody could look at stays here.
func TestMaskKeepsWhatBreaksOff(t *testing.T) {
	for _, tc := range []struct{ name, contentType, whole, half, want string }{
		{"a document", "application/json", "", `{"output":` + quoted(stranger), ""},
		{"an event", "text/event-stream", "data: {\"output\":\"x.\"}\n\n", "data: {\"output\":" + quoted(stranger), "data: {\"output\":\"x.\"}\n\n"},
		{"a line", "application/x-ndjson", "{\"output\":\"x.\"}\n", "{\"output\":" + quoted(stranger), "{\"output\":\"x.\"}\n"},
	} {
		r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Answers = proxy.AnswersMask }})
		a := sent(200, tc.contentType, tc.whole+tc.half+" and more")
		a.Cut, a.End, a.EndAfter = standin.At(len(tc.whole), len(tc.whole+tc.half)), standin.Abort, 2
		r.Provider.Enqueue(standin.Fixed(a))
		resp, body, err := r.TryPost(`{"input":"hello"}`)
		if strings.Contains(body, stranger) || resp.StatusCode == 200 && (err == nil || !strings.HasPrefix(tc.want, body)) {
			t.Errorf("%s: status %d, the client received %q, %v", tc.name, resp.StatusCode, body, err)
		}
		if tc.want == "" {
			rig.CheckRefusal(t, body, "upstream_truncated")
		}
	}
}

// TestMaskedAnswerThatCannotBeRead is not passed on.
func TestMaskedAnswerThatCannotBeRead(t *testing.T) {
	for mode, status := range map[proxy.Answers]int{proxy.AnswersReport: 200, proxy.AnswersMask: 502} {
		r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Answers = mode }})
		r.Provider.Enqueue(standin.Fixed(standin.Answer{
			Header: http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"x-unknown"}}, Body: []byte(`"` + stranger + `"`),
		}))
		resp, answer := r.Post(r.Client(false), chatURL, hello)
		if resp.StatusCode != status {
			t.Errorf("%s: status %d, want %d", mode, resp.StatusCode, status)
		}
		if mode == proxy.AnswersMask {
			rig.CheckRefusal(t, answer, "answer_unreadable")
		}
		rig.Must(t, r.Proxy.Shutdown(t.Context()))
		if !strings.Contains(r.Log.String(), `"answer_unread":true`) {
			t.Errorf("%s: the log does not say that nobody could look", mode)
		}
	}
}
