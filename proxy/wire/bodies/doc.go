// Package bodies finds the strings of a request's body and puts other text in
// their place.
//
// [Parse] reads a whole body, JSON, JSON lines, a form or text, and lists its
// leaves: each string, name and number with its decoded text, where it stands,
// and what the route's table says of it. A string that holds JSON is taken
// apart too. [Body.Splice] makes edits of leaves.
//
// It guarantees that no byte outside an edit changes, whatever the order,
// spacing, spelling and repeated names around it, and that what no table names
// is a leaf. What cannot be read as a whole is an error. Positions in a leaf
// count the bytes of its text. Memory is asked for before it is taken; see
// [Limits]. No error holds text of the body.
package bodies
