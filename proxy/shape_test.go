package proxy_test

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"coatcheck/crypto/journal"
	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
	"coatcheck/redact"
	"coatcheck/rules"
)

const (
	address     = "198.51.100.23"
	boundPrompt = "Mail " + email + ", call " + phone + " from " + address + ", card " + card
	boundSchema = `{"type":"object","properties":{
		"to":{"type":"string","format":"email"},
		"phone":{"type":"string","pattern":"^\\+[1-9][0-9]{7,14}$"},
		"ip":{"type":"string","format":"ipv4"},
		"card":{"type":"string","pattern":"^[0-9 ]{13,23}$"}},"required":["to","phone","ip","card"]}`
)

// held is a model that is held to boundSchema: for each property it says the
// first word it heard that the schema lets through, or none.
func held(heard string) string {
	allowed := map[string]func(string) bool{
		"to":    func(s string) bool { a, err := mail.ParseAddress(s); return err == nil && a.Address == s },
		"phone": regexp.MustCompile(`^\+[1-9][0-9]{7,14}$`).MatchString,
		"ip":    func(s string) bool { ip, err := netip.ParseAddr(s); return err == nil && ip.Is4() },
		"card":  regexp.MustCompile(`^[0-9 ]{13,23}$`).MatchString,
	}
	said := map[string]string{}
	for name, fits := range allowed {
		for word := range strings.FieldsSeq(heard) {
			if word = strings.Trim(word, ","); fits(word) {
				said[name] = word
				break
			}
		}
	}
	b, _ := json.Marshal(said)
	return string(b)
}

func boundChat(stream bool, messages string) string {
	return fmt.Sprintf(`{"model":"gpt-x","stream":%v,"response_format":{"type":"json_schema","json_schema":{"name":"order","strict":true,"schema":%s}},"messages":[%s]}`,
		stream, boundSchema, messages)
}

// TestAModelHeldToASchemaCanNameValues: whole and streamed, in every mode of
// answers, the app gets its values through a schema that forbids brackets.
func TestAModelHeldToASchemaCanNameValues(t *testing.T) {
	want := map[string]string{"to": email, "phone": phone, "ip": address} // nothing is reserved for cards
	for _, mode := range proxy.AnswerModes() {
		for _, split := range []int{0, 1, 5} {
			r := rig.New(t, rig.Options{
				Provider: standin.Config{Voice: standin.Voice{Say: held, Split: standin.Every(max(split, 1))}},
				Config:   func(c *proxy.Config) { c.Answers = mode },
			})
			_, answer := r.Post(r.Client(false), "https://api.openai.com/v1/chat/completions",
				boundChat(split > 0, `{"role":"user","content":`+quoted(boundPrompt)+`}`))
			text := answer
			if split > 0 {
				text = chatText(t, answer)
			} else {
				var whole struct {
					Choices []struct{ Message struct{ Content string } }
				}
				rig.Must(t, json.Unmarshal([]byte(answer), &whole))
				text = whole.Choices[0].Message.Content
			}
			got := map[string]string{}
			if err := json.Unmarshal([]byte(text), &got); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s, pieces of %d: the app got %v, %v, want %v", mode, split, got, err, want)
			}
			r.Unseen(email, phone, address, card)
			rig.Must(t, r.Proxy.Shutdown(t.Context()))
			if made := r.Proxy.Counters().Made; len(made) != 0 {
				t.Errorf("%s: tokens were taken for what the model made up: %v", mode, made)
			}
		}
	}
}

func TestShapesAreInTheLog(t *testing.T) {
	r := rig.New(t, rig.Options{})
	r.Post(r.Client(false), "https://api.openai.com/v1/chat/completions", boundChat(false, `{"role":"user","content":`+quoted(boundPrompt)+`}`))
	rig.Must(t, r.Proxy.Shutdown(t.Context()))
	const place = "/response_format/json_schema/schema/properties/card"
	if !strings.Contains(r.Log.String(), `"unshaped":1`) {
		t.Errorf("the log line does not say that no token fits a card: %s", r.Log)
	}
	seen := 0
	for e, err := range journal.Read(r.Dir, r.Auditor) {
		rig.Must(t, err)
		if e.Exchange == nil {
			continue
		}
		seen++
		if o := e.Exchange.Open; o.Clear.Unshaped != 1 || fmt.Sprint(o.Secret.Unshaped) != "["+place+"]" {
			t.Errorf("the journal holds %d %v", o.Clear.Unshaped, o.Secret.Unshaped)
		}
	}
	if seen != 1 {
		t.Errorf("%d entries", seen)
	}
}

// TestShapesStayFromTurnToTurn: the tools come again with every turn, so does
// the shape, and the provider's prompt cache stays warm.
func TestShapesStayFromTurnToTurn(t *testing.T) {
	r := rig.New(t, rig.Options{})
	c := r.Client(false)
	first := `{"role":"user","content":` + quoted(boundPrompt) + `}`
	r.Post(c, "https://api.openai.com/v1/chat/completions", boundChat(false, first))
	r.Post(c, "https://api.openai.com/v1/chat/completions", boundChat(false, first+`,{"role":"assistant","content":"To `+email+`"},{"role":"user","content":"and 203.0.113.9?"}`))
	all := r.Provider.Requests()
	one, two := strings.TrimSuffix(string(all[0].Decoded), "]}"), string(all[1].Decoded)
	if !strings.HasPrefix(two, one) || !strings.Contains(one, "@token.invalid") {
		t.Errorf("turn 2 does not begin with turn 1:\n%s\n%s", one, two)
	}
}

// TestForeignNativeTokensNameNobody: a stranger's text cannot name a value by
// the token that it has here, and comes back as it was written.
func TestForeignNativeTokensNameNobody(t *testing.T) {
	r := rig.New(t, rig.Options{})
	c := r.Client(false)
	r.Post(c, "https://api.openai.com/v1/chat/completions", boundChat(false, `{"role":"user","content":`+quoted(boundPrompt)+`}`))
	saw := string(r.Received().Decoded)
	var tokens []string
	for _, shape := range []string{`u[0-9a-z]{6}@token\.invalid`, `\+999[0-9]{10}`, `24[0-9](\.[0-9]{3}){3}`} {
		tokens = append(tokens, regexp.MustCompile(shape).FindString(saw))
	}
	foreign := "Tell me: " + strings.Join(tokens, ", ")
	_, answer := r.Post(c, "https://api.openai.com/v1/chat/completions",
		boundChat(false, `{"role":"user","content":`+quoted(boundPrompt)+`},{"role":"user","content":`+quoted(foreign)+`}`))
	sent := string(r.Provider.Requests()[1].Decoded)
	for _, token := range tokens {
		if token == "" || strings.Count(sent, token) != 1 {
			t.Errorf("%q stands %d times in %s, want once", token, strings.Count(sent, token), sent)
		}
	}
	if want := "You wrote: " + foreign; !strings.Contains(answer, want) {
		t.Errorf("%q is not in %s", want, answer)
	}
}

// TestRulesChooseShapes: native without a schema, brackets in spite of one.
func TestRulesChooseShapes(t *testing.T) {
	set, err := rules.Load(fstest.MapFS{"r.yaml": {Data: []byte(`
apiVersion: coatcheck/rules/v1
pack: {id: example}
shape: {EMAIL: native, IP: bracket}
rules:
  - {id: mail, entity: EMAIL, patterns: [{regex: '[a-z.]{1,30}@example\.com'}]}
  - {id: ip, entity: IP, patterns: [{regex: '\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}'}]}
`)}}, "r.yaml")
	rig.Must(t, err)
	engine, err := redact.New(set, redact.Options{})
	rig.Must(t, err)
	r := rig.New(t, rig.Options{Config: func(c *proxy.Config) { c.Engine = engine }})
	c := r.Client(false)
	_, answer := r.Post(c, "https://api.example.com/model", `{"input":"`+email+` `+address+`"}`)
	_, bound := r.Post(c, "https://api.openai.com/v1/chat/completions", boundChat(false, `{"role":"user","content":"`+email+` `+address+`"}`))
	for i, sent := range r.Provider.Requests() {
		if s := string(sent.Decoded); !strings.Contains(s, "@token.invalid") || !strings.Contains(s, "[IP_") {
			t.Errorf("request %d: %s", i, s)
		}
	}
	for _, a := range []string{answer, bound} {
		if !strings.Contains(a, email+" "+address) {
			t.Errorf("not restored: %s", a)
		}
	}
}
