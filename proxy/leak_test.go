package proxy_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

// planted are values of many types; every one must stay out of everything
// that is written in clear, whatever happens to its exchange.
var planted = []string{
	email, card, iban, phone, "219-09-9999", "192.0.2.77", "00:00:5e:00:53:af",
	"sk-ant-api03-" + strings.Repeat("Ab3_", 23) + "xAA", "postgres://svc:hunter2pass@db.example.com/x",
	"-----BEGIN PRIVATE KEY-----\nMIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEAq7BFUpkGp3+LQmlQ\n-----END PRIVATE KEY-----",
}

// TestLeakNothingPrivateIsWritten sends every planted value down the line in
// requests that succeed and that fail in each stage, and searches the log
// lines, the counters, the refusals and the journal's files for all of them.
func TestLeakNothingPrivateIsWritten(t *testing.T) {
	r := rig.New(t, rig.Options{})
	text, err := json.Marshal("Private: " + strings.Join(planted, " | "))
	rig.Must(t, err)
	content := string(text)
	chat := `{"messages":[{"role":"user","content":` + content + `}]}`
	var said strings.Builder
	for _, send := range []struct {
		url, body string
		header    [2]string
		script    standin.Script
		quiet     bool // the answer is the app's own text: not to be searched
	}{
		{url: chatURL, body: chat, quiet: true},
		{url: "https://api.example.com/model", body: `{"input":` + content + `}`, quiet: true},
		{url: chatURL, body: chat, script: standin.ErrorJSON(400), quiet: true},
		{url: chatURL, body: chat, script: standin.Redirect(307, "https://elsewhere.example.net/"+email)},
		{url: chatURL, body: chat[:len(chat)-1]},
		{url: chatURL, body: chat, header: [2]string{"Content-Encoding", "snappy"}},
		{url: chatURL, body: "%PDF-1.7 " + email, header: [2]string{"Content-Type", "application/pdf"}},
		{url: chatURL, body: chat, header: [2]string{"X-Note", email}},
		{url: chatURL, body: chat, header: [2]string{"User-Agent", email}},
		{url: "https://api.example.com/users/" + email + "?q=" + "jane.roe%40example.com", body: chat},
		{url: chatURL, body: `{"model":` + quoted(email) + `,"` + email + `":1,"max_tokens":4111111111111111}`},
		{url: chatURL, body: chat, header: [2]string{"Upgrade", "websocket"}},
		{url: r.Base(strings.ReplaceAll(email, "@", ".")) + "/x", body: chat},
	} {
		if send.script != nil {
			r.Provider.Enqueue(send.script)
		}
		req, err := http.NewRequest(http.MethodPost, send.url, strings.NewReader(send.body))
		rig.Must(t, err)
		req.Header.Set("Content-Type", "application/json")
		if send.header[0] != "" {
			req.Header.Set(send.header[0], send.header[1])
		}
		resp, err := r.Client(false).Do(req)
		rig.Must(t, err)
		answer, err := io.ReadAll(resp.Body)
		rig.Must(t, err)
		_ = resp.Body.Close()
		if !send.quiet {
			said.Write(answer)
		}
	}
	r.Raw(rig.ConnectRequest(strings.ReplaceAll(email, "@", ".")+":443", ""))

	written := map[string]string{
		"refusals": said.String(), "log": r.Log.String(), "counters": fmt.Sprintf("%+v", r.Proxy.Counters().Refused),
	}
	files, err := filepath.Glob(filepath.Join(r.Dir, "*"))
	rig.Must(t, err)
	if len(files) == 0 || said.Len() == 0 || r.Log.String() == "" {
		t.Fatal("nothing was written: this test looks at nothing")
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		rig.Must(t, err)
		written["journal"] += string(b)
	}
	for entry, err := range journal.Read(r.Dir, r.Auditor) { // opened, as the auditor sees it
		rig.Must(t, err)
		b, err := json.Marshal(entry)
		rig.Must(t, err)
		written["opened journal"] += string(b)
	}
	for _, v := range planted {
		for where, text := range written {
			for _, spelling := range standin.Spellings(text, v) {
				t.Errorf("%s holds %.12q… as %s", where, v, spelling)
			}
		}
	}
	r.Unseen(planted...)
}
