package main

import (
	"encoding/xml"
	"io"
)

// junit is the report format that build servers read.
type junit struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Time    string        `xml:"time,attr,omitempty"` // seconds
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
}

// add adds a case; why says what is wrong with one that failed.
func (j *junit) add(c junitCase, passed bool, why string) {
	j.Tests++
	if !passed {
		j.Failures++
		c.Failure = &junitFailure{why}
	}
	j.Cases = append(j.Cases, c)
}

func (j *junit) write(w io.Writer) error {
	out, err := xml.MarshalIndent(j, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append([]byte(xml.Header), append(out, '\n')...))
	return err
}
