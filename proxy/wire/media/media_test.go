package media

import "testing"

func TestParse(t *testing.T) {
	for header, want := range map[string]Type{
		"":                                     {None, true},
		"application/json; charset=utf-8":      {JSON, true},
		"Application/Problem+JSON":             {JSON, true},
		"application/x-jsonlines":              {Lines, true},
		"Application/JSONL; charset=UTF-8":     {Lines, true},
		"Text/Event-Stream; charset=utf-8":     {Events, true},
		"application/x-www-form-urlencoded":    {Form, true},
		"binary/octet-stream":                  {Bytes, true},
		"text/csv":                             {Text, true},
		"TEXT/Markdown; charset":               {Text, true}, // malformed
		"text/plain; charset=\"ISO-8859-1\"":   {Text, true},
		"text/plain; charset=utf-16le":         {Text, false},
		"text/html; charset=UTF-7":             {Text, false},
		"application/yaml":                     {Syntax, true},
		"application/soap+xml; charset=utf-16": {Syntax, false},
		"image/svg+xml":                        {Syntax, true},
		"image/png":                            {Asset, true},
		"AUDIO/mpeg":                           {Asset, true},
		"imagery/x":                            {Other, true},
		"multipart/mixed; boundary=x":          {Other, true},
		"application/pdf":                      {Other, true},
		"json":                                 {Other, true},
	} {
		if got := Parse(header); got != want {
			t.Errorf("%q: got %v, want %v", header, got, want)
		}
	}
}
