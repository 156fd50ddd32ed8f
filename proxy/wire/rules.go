package wire

import "coatcheck/proxy/wire/rawjson"

// StreamRules is what a route knows about its streams. The zero value says
// that every string of an event is a whole text. Without any rules, strings
// stream by the signs of [survey.streams].
type StreamRules struct {
	// Deltas are the strings that continue a text from event to event. All
	// others are whole.
	Deltas rawjson.Patterns
	// Values are the strings that hold JSON for a program, tool arguments: each
	// string in it is a text of its own. Other JSON in strings may be shown to
	// a person, and what is shown is one text.
	Values rawjson.Patterns
	// Finish are the places where a non-empty string ends all texts of the
	// object that it stands in, a choice.
	Finish rawjson.Patterns
}

// An event whose type is of a text's group but is no delta ends the text: see
// [survey.endsGroup]. So the tables need not say that content_block_stop does.

var chatStream = &StreamRules{
	Deltas: rawjson.MustPatterns("/choices/*/delta/**"),
	Values: rawjson.MustPatterns(
		"/choices/*/*/tool_calls/*/function/arguments",
		"/choices/*/*/function_call/arguments",
	),
	Finish: rawjson.MustPatterns("/choices/*/finish_reason"),
}

var completionStream = &StreamRules{
	Deltas: rawjson.MustPatterns("/choices/*/text"),
	Finish: rawjson.MustPatterns("/choices/*/finish_reason"),
}

var messagesStream = &StreamRules{
	Deltas: rawjson.MustPatterns("/delta/*"),
	Values: rawjson.MustPatterns("/delta/partial_json"),
}
