package proxy_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coatcheck/proxy"
	"coatcheck/proxy/door"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// TestRecordedTraffic sends recorded exchanges, which nobody on this project
// wrote, through the whole line. With nothing to find, request and answer pass
// byte for byte; with live tokens that the answer does not hold, the answer
// still does. COATCHECK_SHARED names the folder that holds them.
func TestRecordedTraffic(t *testing.T) {
	shared := os.Getenv("COATCHECK_SHARED")
	if shared == "" {
		t.Skip("COATCHECK_SHARED is not set: no recorded traffic here")
	}
	folders, err := filepath.Glob(filepath.Join(shared, "wire", "*--*"))
	rig.Must(t, err)
	if len(folders) == 0 {
		t.Fatal("no recorded exchanges")
	}
	for _, folder := range folders {
		x, err := standin.ReadExchange(os.DirFS(folder))
		rig.Must(t, err)
		if x.Framing == "websocket" || !coveredMedia(x) {
			continue
		}
		t.Run(filepath.Base(folder), func(t *testing.T) { replay(t, x) })
	}
}

// coveredMedia leaves out bodies whose formats have no adapter yet: they are
// refused with 415, which TestRefusals shows.
func coveredMedia(x standin.Exchange) bool {
	for _, h := range x.Header {
		if strings.EqualFold(h[0], "content-type") && strings.HasPrefix(h[1], "multipart/") {
			return false
		}
	}
	return true
}

func replay(t *testing.T, x standin.Exchange) {
	host := strings.TrimSuffix(x.Host, ":443")
	r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
		u, err := door.ParseUpstream(host + "=" + c.Door.Upstreams[0].URL.String())
		rig.Must(t, err)
		c.Door.Upstreams = []door.Upstream{u}
	}})
	for _, road := range rig.Ways {
		if strings.Contains(host, ":") && road.Name != "base URL" {
			continue // a model on this machine is reached by base URL
		}
		for name, cut := range map[string]standin.Cut{"whole": nil, "per event": standin.PerEvent, "random": standin.Random(1), "1 byte": standin.Every(1)} {
			if name == "1 byte" && len(x.ResponseBody) > 20_000 {
				continue
			}
			r.Provider.Forget()
			r.Provider.Enqueue(standin.Fixed(x.Answer(cut)))
			req, err := x.Request(road.URL(r, host, ""))
			rig.Must(t, err)
			if road.Name == "base URL" {
				req.Host = ""
			}
			resp, err := r.Client(road.H2).Do(req)
			rig.Must(t, err)
			body, err := io.ReadAll(resp.Body)
			rig.Must(t, err)
			_ = resp.Body.Close()
			if resp.StatusCode != x.Status {
				t.Fatalf("%s, %s: status %d, want %d: %.300s", road.Name, name, resp.StatusCode, x.Status, body)
			}
			if got := r.Received(); got.Path != x.Path || got.Method != x.Method || got.Host != x.Host {
				t.Errorf("%s: arrived as %s %s at %s", road.Name, got.Method, got.Path, got.Host)
			}
			compare(t, road.Name+", "+name, r, x, body)
		}
	}
}

// compare checks both directions. A request in which a detector found
// something has changed, which is right; its answer must still be exact.
func compare(t *testing.T, name string, r *rig.Rig, x standin.Exchange, body []byte) {
	t.Helper()
	sent := r.Received().Body
	if !bytes.Equal(sent, x.Body) && !rig.TokenShape.Match(r.Received().Decoded) {
		t.Errorf("%s: the request changed without a token", name)
	}
	want := x.ResponseBody
	if rig.TokenShape.Match(r.Received().Decoded) {
		if plain, err := io.ReadAll(rig.Gunzip(want)); err == nil && len(plain) > 0 {
			want = plain // decoded because something could have had to be restored
		}
	}
	if !bytes.Equal(body, want) && !bytes.Equal(body, x.ResponseBody) {
		t.Errorf("%s: the answer changed: %d bytes, want %d", name, len(body), len(want))
	}
}
