package wire

import "coatcheck/proxy/wire/rawjson"

// Refusal is the news that a request was not forwarded, or its answer not
// delivered. None of its fields may hold private text.
type Refusal struct {
	Status   int    // HTTP status that goes with it
	Reason   string // closed word
	Message  string // what happened, where, and what to do next
	Exchange string // id, to be found in the log
}

// refusedType is the error type in every provider's shape. Official clients
// choose their exception by the HTTP status and pass the type on, so a word of
// our own breaks none and cannot be taken for the provider's.
const refusedType = "coatcheck_refused"

// refuseOpenAI writes the error object of OpenAI and all that copy it.
func refuseOpenAI(r Refusal) []byte {
	b := member([]byte(`{"error":{`), "message", r.Message)
	b = member(append(b, ','), "type", refusedType)
	b = append(b, `,"param":null,`...)
	b = member(b, "code", r.Reason)
	b = member(append(b, ','), "exchange", r.Exchange)
	return append(b, `}}`...)
}

// refuseAnthropic writes Anthropic's error object.
func refuseAnthropic(r Refusal) []byte {
	b := member([]byte(`{"type":"error","error":{`), "type", refusedType)
	b = member(append(b, ','), "message", r.Message)
	b = member(append(b, ','), "code", r.Reason)
	b = member(append(b, `},`...), "request_id", r.Exchange)
	return append(b, '}')
}

// member appends one name and its string value.
func member(dst []byte, name, value string) []byte {
	dst = append(dst, '"')
	dst = append(dst, name...)
	dst = append(dst, `":"`...)
	return append(rawjson.AppendEscaped(dst, value, rawjson.UTF8), '"')
}
