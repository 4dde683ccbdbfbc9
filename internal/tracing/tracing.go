// Package tracing sends OpenTelemetry traces of requests, work and calls of the
// platform to a collector, where one is configured. It promises that spans hold
// routes, kinds, codes and ids but no texts, names, tokens or addresses with a
// query, and that without a collector nothing is recorded and nothing is sent.
package tracing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Tracer makes spans. It is safe for concurrent use.
type Tracer struct {
	trace.Tracer
	stop func(ctx context.Context) error
}

// sendWithin bounds one attempt to send spans, so that a collector that is away
// holds up nothing.
const sendWithin = 5 * time.Second

// New returns a tracer that sends to the collector at the endpoint, an http or
// https address such as http://localhost:4318; "" makes one that does nothing.
func New(ctx context.Context, endpoint, version string) (*Tracer, error) {
	if endpoint == "" {
		return &Tracer{noop.NewTracerProvider().Tracer(""), func(context.Context) error { return nil }}, nil
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint), otlptracehttp.WithTimeout(sendWithin))
	if err != nil {
		return nil, fmt.Errorf("send traces to %s: %w", endpoint, err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(resource.NewSchemaless(
		attribute.String("service.name", "huibao"), attribute.String("service.version", version),
	)))
	return &Tracer{provider.Tracer("huibao"), provider.Shutdown}, nil
}

// Stop sends what is left, within ctx. A collector that is away is no failure
// of the service.
func (t *Tracer) Stop(ctx context.Context) error {
	if err := t.stop(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("send the last traces: %w", err)
	}
	return nil
}

// Do runs work inside a span of its own. Attributes are pairs of key and value.
func (t *Tracer) Do(ctx context.Context, name string, do func(ctx context.Context) error, attributes ...string) error {
	ctx, span := t.Start(ctx, name, trace.WithAttributes(pairs(attributes)...))
	defer span.End()
	err := do(ctx)
	if err != nil {
		span.SetStatus(codes.Error, "") // the log has the words
	}
	return err
}

// pairs turns keys and values into attributes.
func pairs(texts []string) []attribute.KeyValue {
	attributes := make([]attribute.KeyValue, 0, len(texts)/2)
	for i := 0; i+1 < len(texts); i += 2 {
		attributes = append(attributes, attribute.String(texts[i], texts[i+1]))
	}
	return attributes
}

// Middleware gives each request of the server a span named by its route.
func (t *Tracer) Middleware(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		request := c.Request()
		ctx, span := t.Start(request.Context(), request.Method+" "+c.Path(), trace.WithSpanKind(trace.SpanKindServer))
		defer span.End()
		c.SetRequest(request.WithContext(ctx))
		err := next(c)
		if err != nil {
			span.SetStatus(codes.Error, "")
		} else {
			span.SetAttributes(attribute.Int("http.response.status_code", c.Response().Status))
		}
		return err
	}
}
