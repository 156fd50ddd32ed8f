package proxy_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coatcheck/proxy"
	"coatcheck/proxy/door"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// keyBlock is a private key as tools print it, with its line breaks.
const keyBlock = "-----BEGIN PRIVATE KEY-----\nMIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEAq7BFUpkGp3+LQmlQ\nYx2eqzDV+xeG8kx/sQFV18S5JhzGeIJNA72wSeukEPojtqUyX2J0CciPBh7eqclQ\n-----END PRIVATE KEY-----"

// control are the names under which an API keeps its own words: they are the
// test's own list, not the product's.
var control = map[string]bool{
	"model": true, "role": true, "type": true, "id": true, "name": true, "object": true,
	"tool_call_id": true, "tool_use_id": true, "call_id": true, "item_id": true, "file_id": true,
	"signature": true, "thinking": true, "data": true, "encrypted_content": true, "encrypted_index": true,
	"thoughtSignature": true, "thought_signature": true, "media_type": true, "reasoning_details": true,
}

// TestRecordedRequestsWithPlantedValues plants an e-mail address, a card and a
// key block into every string of every recorded request that is not a control
// word, and looks at what arrives: nothing of them, the same bytes each time.
func TestRecordedRequestsWithPlantedValues(t *testing.T) {
	shared := os.Getenv("COATCHECK_SHARED")
	if shared == "" {
		t.Skip("COATCHECK_SHARED is not set: no recorded traffic here")
	}
	folders, err := filepath.Glob(filepath.Join(shared, "wire", "*--*"))
	rig.Must(t, err)
	planted := 0
	for _, folder := range folders {
		x, err := standin.ReadExchange(os.DirFS(folder))
		rig.Must(t, err)
		var body any
		if x.Framing == "websocket" || json.Unmarshal(x.Body, &body) != nil {
			continue
		}
		p := planter{}
		body = p.plant("", body)
		if p.places == 0 {
			continue
		}
		planted += p.places
		t.Run(filepath.Base(folder), func(t *testing.T) { sendPlanted(t, x, body) })
	}
	if planted < 400 {
		t.Errorf("%d places planted: too few to mean anything", planted)
	}
	t.Logf("%d places planted", planted)
}

func sendPlanted(t *testing.T, x standin.Exchange, body any) {
	host := strings.TrimSuffix(x.Host, ":443")
	r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
		u, err := door.ParseUpstream(host + "=" + c.Door.Upstreams[0].URL.String())
		rig.Must(t, err)
		c.Door.Upstreams = []door.Upstream{u}
	}})
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	rig.Must(t, e.Encode(body))
	for _, cut := range []standin.Cut{standin.PerEvent, standin.Random(2)} {
		r.Provider.Enqueue(standin.Fixed(x.Answer(cut)))
		req, err := http.NewRequest(x.Method, r.Base(host)+x.Path, bytes.NewReader(b.Bytes()))
		rig.Must(t, err)
		req.Header.Set("Content-Type", "application/json")
		resp, err := r.Client(false).Do(req)
		rig.Must(t, err)
		answer, err := io.ReadAll(resp.Body)
		rig.Must(t, err)
		_ = resp.Body.Close()
		if resp.StatusCode != x.Status {
			t.Fatalf("status %d, want %d: %.400s", resp.StatusCode, x.Status, answer)
		}
		// Tokens are live, none is in the answer: it comes byte for byte.
		if plain, _ := io.ReadAll(rig.Gunzip(x.ResponseBody)); !bytes.Equal(answer, x.ResponseBody) && !bytes.Equal(answer, plain) {
			t.Errorf("the answer changed: %d bytes, want %d", len(answer), len(x.ResponseBody))
		}
	}
	r.Unseen(email, card, keyBlock, "MIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEAq7BFUpkGp3")
	all := r.Provider.Requests()
	if !bytes.Equal(all[0].Body, all[1].Body) {
		t.Error("the same request arrived as other bytes")
	}
	spliced(t, b.String(), string(all[0].Decoded))
}

// spliced checks that between tokens no byte has changed, and that no token
// stands for two values.
func spliced(t *testing.T, before, after string) {
	t.Helper()
	tokens, kept := bareToken.FindAllString(after, -1), bareToken.Split(after, -1)
	value := map[string]string{}
	for i, part := range kept {
		at := strings.Index(before, part)
		if i == len(kept)-1 {
			at = len(before) - len(part)
		}
		if at < 0 || before[at:at+len(part)] != part || i == 0 && at != 0 {
			t.Fatalf("bytes outside tokens have changed, near %.60q", part)
		}
		if i > 0 {
			if old, seen := value[tokens[i-1]]; seen && old != before[:at] {
				t.Fatalf("%s stands for two values", tokens[i-1])
			}
			value[tokens[i-1]] = before[:at]
		}
		before = before[at+len(part):]
	}
}

type planter struct{ places int }

func (p *planter) plant(key string, v any) any {
	switch v := v.(type) {
	case string:
		if control[key] || strings.HasSuffix(key, "_id") {
			return v
		}
		p.places++
		switch p.places % 3 {
		case 0:
			return v + " " + email
		case 1:
			return v + " card " + card
		default:
			return v + " " + keyBlock
		}
	case []any:
		for i := range v {
			v[i] = p.plant(key, v[i])
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if !control[k] || k == "name" {
				v[k] = p.plant(k, v[k])
			}
		}
	}
	return v
}
