package main

import "os"

// forwarded are the signals that run passes on to the app.
var forwarded = []os.Signal{os.Interrupt}

func childCode(s *os.ProcessState) int { return s.ExitCode() }

// typed reports a signal that the console has sent to the app as well.
func typed(os.Signal) bool { return true }
