package proxy_test

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// ofTheBody are headers that say something of a body's bytes.
var ofTheBody = http.Header{
	"Content-Md5": {"x"}, "Digest": {"sha-256=x"}, "Content-Digest": {"sha-256=:x:"}, "Repr-Digest": {"sha-256=:x:"},
	"X-Amz-Checksum-Crc32c": {"x"}, "X-Amz-Checksum-Sha256": {"x"}, "X-Amz-Content-Sha256": {"x"}, "X-Goog-Hash": {"crc32c=x"},
}

// TestChangedBodiesCarryNoOldDigests: what describes the bytes that came does
// not stand beside the bytes that leave; where nothing changes, it does.
func TestChangedBodiesCarryNoOldDigests(t *testing.T) {
	answered := http.Header{"Content-Type": {"text/event-stream"}, "Etag": {`"x"`}, "Last-Modified": {"Mon, 01 Jan 2024 00:00:00 GMT"}, "Accept-Ranges": {"bytes"}}
	maps.Copy(answered, ofTheBody)
	for _, live := range []bool{false, true} {
		r := rig.New(t, rig.Options{})
		r.Provider.Enqueue(func(q *standin.Request) standin.Answer {
			return standin.Answer{Header: answered, Body: []byte("data: " + string(q.Decoded) + "\n\n"), Trailer: http.Header{"X-Amz-Checksum-Sha1": {"x"}, "X-Cost": {"1"}}}
		})
		body := `{"input":"hello"}`
		if live {
			body = `{"input":"` + email + `"}`
		}
		req, err := http.NewRequest(http.MethodPost, "https://api.example.com/model", strings.NewReader(body))
		rig.Must(t, err)
		maps.Copy(req.Header, ofTheBody)
		req.Header.Set("Content-Type", "application/json")
		resp, err := r.Client(false).Do(req)
		rig.Must(t, err)
		got, err := io.ReadAll(resp.Body)
		rig.Must(t, err)
		rig.Must(t, resp.Body.Close())
		if string(got) != "data: "+body+"\n\n" {
			t.Fatalf("the app received %s", got)
		}
		check := func(who string, h http.Header, name string) {
			if _, there := h[name]; there == live {
				t.Errorf("body changed %v: %s received %s: %q", live, who, name, h[name])
			}
		}
		for name := range ofTheBody {
			check("the provider", r.Received().Header, name)
		}
		for _, name := range slices.Collect(maps.Keys(answered)) {
			if name != "Content-Type" {
				check("the app", resp.Header, name)
			}
		}
		check("the app", resp.Trailer, "X-Amz-Checksum-Sha1")
		if resp.Trailer.Get("X-Cost") != "1" {
			t.Errorf("trailer %v", resp.Trailer)
		}
	}
}

// TestPartsOfAnswersAreNotAskedForWhereTheyChange: a part of an answer can be
// neither restored nor masked, and its range would not be the client's.
func TestPartsOfAnswersAreNotAskedForWhereTheyChange(t *testing.T) {
	for _, tt := range []struct {
		body   string
		mask   bool
		ranged bool
	}{
		{`{"input":"hello"}`, false, true},
		{`{"input":"` + email + `"}`, false, false},
		{`{"input":"hello"}`, true, false},
	} {
		r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
			if tt.mask {
				c.Answers = proxy.AnswersMask
			}
		}})
		req, err := http.NewRequest(http.MethodPost, "https://api.example.com/model", strings.NewReader(tt.body))
		rig.Must(t, err)
		req.Header = http.Header{"Content-Type": {"application/json"}, "Range": {"bytes=0-9"}, "If-Range": {`"x"`}}
		resp, err := r.Client(false).Do(req)
		rig.Must(t, err)
		rig.Must(t, resp.Body.Close())
		for _, name := range []string{"Range", "If-Range"} {
			if _, there := r.Received().Header[name]; there != tt.ranged {
				t.Errorf("%s, masked %v: the provider received %s %v", tt.body, tt.mask, name, there)
			}
		}
	}
}

// TestAPartOfAnUploadIsNotChanged: its range would lie, and without it the part
// would be taken for the whole.
func TestAPartOfAnUploadIsNotChanged(t *testing.T) {
	for body, status := range map[string]int{`{"input":"hello"}`: 200, `{"input":"` + email + `"}`: 403} {
		r := rig.New(t, rig.Options{})
		r.Provider.Enqueue(standin.Fixed(standin.Answer{}))
		req, err := http.NewRequest(http.MethodPut, "https://api.example.com/model", strings.NewReader(body))
		rig.Must(t, err)
		req.Header = http.Header{"Content-Type": {"application/json"}, "Content-Range": {"bytes 0-30/31"}}
		resp, err := r.Client(false).Do(req)
		rig.Must(t, err)
		answer, err := io.ReadAll(resp.Body)
		rig.Must(t, err)
		rig.Must(t, resp.Body.Close())
		if resp.StatusCode != status || len(r.Provider.Requests()) != map[int]int{200: 1, 403: 0}[status] {
			t.Errorf("%s: status %d, want %d: %s", body, resp.StatusCode, status, answer)
		}
		if status == 403 && !strings.Contains(string(answer), "Content-Range") {
			t.Errorf("the client is not told of the range: %s", answer)
		}
	}
}

// TestRefusedMethodsAreToldWhichAreNot: a 405 lists what is forwarded.
func TestRefusedMethodsAreToldWhichAreNot(t *testing.T) {
	r := rig.New(t, rig.Options{})
	req, err := http.NewRequest("TRACE", chatURL, nil)
	rig.Must(t, err)
	resp, err := r.Client(false).Do(req)
	rig.Must(t, err)
	rig.Must(t, resp.Body.Close())
	if got := resp.Header.Get("Allow"); resp.StatusCode != 405 || got != "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" {
		t.Errorf("status %d, Allow %q", resp.StatusCode, got)
	}
}

func TestHeadersArriveAndNothingIsAdded(t *testing.T) {
	for _, road := range rig.Ways {
		r := rig.New(t, rig.Options{})
		req, err := http.NewRequest(http.MethodPost, road.URL(r, "api.openai.com", "/v1/chat/completions"), strings.NewReader(`{"messages":[{"role":"user","content":"`+rig.Email+`"}]}`))
		rig.Must(t, err)
		for name, value := range map[string]string{
			"Content-Type": "application/json", "Authorization": "Bearer k", "Openai-Beta": "x", "User-Agent": "app/1.0",
			"X-Forwarded-For": "192.0.2.1", "Idempotency-Key": "i-1", "Keep-Alive": "timeout=5",
		} {
			req.Header.Set(name, value)
		}
		resp, err := r.Client(road.H2).Do(req)
		rig.Must(t, err)
		_ = resp.Body.Close()
		got := r.Received().Header
		for name, want := range map[string]string{
			"Authorization": "Bearer k", "Openai-Beta": "x", "User-Agent": "app/1.0", "X-Forwarded-For": "192.0.2.1", "Idempotency-Key": "i-1",
		} {
			if got.Get(name) != want {
				t.Errorf("%s: %s arrived as %q", road.Name, name, got.Get(name))
			}
		}
		for _, name := range []string{"Via", "Forwarded", "Proxy-Authorization", "Proxy-Connection", "Keep-Alive", "Transfer-Encoding"} {
			if v, ok := got[name]; ok {
				t.Errorf("%s: %s: %q leaves", road.Name, name, v)
			}
		}
	}
}
