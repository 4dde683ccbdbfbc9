package feishu

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkReceive is one event of 1 KB: signature, age, decryption, decoding.
func BenchmarkReceive(b *testing.B) {
	receiver := newTestReceiver(testKey)
	body := wrapped(strings.Replace(textEvent(), "hi", strings.Repeat("hello ", 60), 1))
	header := signedHeader(body, testNow)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if event, _, err := receiver.Receive(header, body); err != nil || event == nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReceiveStranger is what a body costs that proves nothing: 1 MiB, as
// large as one may be.
func BenchmarkReceiveStranger(b *testing.B) {
	receiver := newTestReceiver(testKey)
	body := []byte(`{"encrypt":"` + strings.Repeat("A", 1<<20-20) + `"}`)
	header := signedHeader([]byte("another"), testNow)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, _, err := receiver.Receive(header, body); err == nil {
			b.Fatal("it was taken")
		}
	}
}

// BenchmarkParseDaily is 90 days of rows.
func BenchmarkParseDaily(b *testing.B) {
	rows := make([]string, 90)
	for i := range rows {
		rows[i] = rowOf(strconv.Quote(strconv.FormatInt(date("2026-08-01").AddDays(i).In(time.UTC).Unix(), 10)))
	}
	body := []byte(dailyOf(strings.Join(rows, ",")))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := parseDaily(body, ever, shanghai); err != nil {
			b.Fatal(err)
		}
	}
}
