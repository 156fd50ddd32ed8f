package proxy_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"strings"
	"testing"

	"coatcheck/crypto/journal"
	"coatcheck/proxy/rig"
)

// TestWhatNobodyCanReadIsCounted: a picture passes, and neither the log, the
// counters nor the sealed log call its request clean. Base64 of text is read.
func TestWhatNobodyCanReadIsCounted(t *testing.T) {
	noise := strings.Repeat("\x00\x9c\xff\x10", 100)
	part := func(kind, media, content string) string {
		return fmt.Sprintf(`{"type":%q,"source":{"type":"base64","media_type":%q,"data":%q}}`, kind, media, base64.StdEncoding.EncodeToString([]byte(content)))
	}
	dataURL := func(media, content string) string {
		return fmt.Sprintf(`{"type":"image_url","image_url":{"url":"data:%s;base64,%s"}}`, media, base64.StdEncoding.EncodeToString([]byte(content)))
	}
	const anthropic = "https://api.anthropic.com/v1/messages"
	for name, tt := range map[string]struct {
		url, part string
		want      map[string]int
	}{
		"PNG":                     {anthropic, part("image", "image/png", "\x89PNG\r\n\x1a\n"+noise), map[string]int{"image": 1}},
		"PDF":                     {anthropic, part("document", "application/pdf", "%PDF-1.7\n"+noise), map[string]int{"pdf": 1}},
		"two pictures":            {anthropic, part("image", "image/gif", "GIF89a"+noise) + "," + part("image", "image/jpeg", "\xff\xd8\xff"+noise), map[string]int{"image": 2}},
		"picture called text":     {anthropic, part("document", "text/plain", "\x89PNG\r\n\x1a\n"+noise), map[string]int{"image": 1}},
		"office document":         {anthropic, part("document", "application/msword", "PK\x03\x04"+noise), map[string]int{"other": 1}},
		"text, then noise":        {anthropic, part("document", "text/plain", strings.Repeat("text ", 200)+noise), map[string]int{"other": 1}},
		"small picture in a URL":  {rig.ChatURL, dataURL("image/png", "\x89PNG\r\n\x1a\n"), map[string]int{"image": 1}},
		"sound":                   {rig.ChatURL, dataURL("audio/wav", "RIFF\x24\x00\x00\x00WAVEfmt "+noise), map[string]int{"audio": 1}},
		"URL-safe alphabet":       {"https://api.example.com/model", fmt.Sprintf("%q", base64.URLEncoding.EncodeToString([]byte("\xff\xd8\xff\xfb\xff\xbf"+noise))), map[string]int{"image": 1}},
		"text as base64":          {anthropic, part("document", "text/plain", strings.Repeat("The year was good, grüezi. ", 40)), nil},
		"sealed for the provider": {anthropic, fmt.Sprintf(`{"type":"thinking","thinking":"hm","signature":%q}`, base64.StdEncoding.EncodeToString([]byte(noise))), nil},
		"words":                   {anthropic, `{"type":"text","text":"hello"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := rig.New(t, rig.Options{})
			_, answer := r.Post(r.Client(false), tt.url, `{"messages":[{"role":"user","content":[`+tt.part+`]}]}`)
			rig.Must(t, r.Proxy.Shutdown(t.Context()))
			if n := r.Proxy.Counters().Forwarded; n != 1 {
				t.Fatalf("%d exchanges forwarded: %s", n, answer)
			}
			if got := r.Proxy.Counters().Unscanned; !maps.Equal(got, tt.want) {
				t.Errorf("counted %v, want %v", got, tt.want)
			}
			if logged := strings.Contains(r.Log.String(), `"unscanned":{`); logged != (tt.want != nil) {
				t.Errorf("the log line: %s", r.Log.String())
			}
			sum := 0
			for _, n := range tt.want {
				sum += n
			}
			for e, err := range journal.Read(r.Dir, r.Auditor) {
				rig.Must(t, err)
				if e.Exchange != nil && e.Exchange.Open.Clear.Unscanned != sum {
					t.Errorf("sealed: %d parts not scanned, want %d", e.Exchange.Open.Clear.Unscanned, sum)
				}
			}
		})
	}
}
