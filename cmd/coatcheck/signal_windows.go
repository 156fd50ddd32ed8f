package main

import "os"

// forwarded are the signals that run passes on to the app.
var forwarded = []os.Signal{os.Interrupt}

func childCode(s *os.ProcessState) int { return s.ExitCode() }
