/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "values.h"

#include <string.h>

/* System V ABI, AMD64: where the first six arguments are; the others are above the return address. */
static const uint8_t argument_registers[] = { RDI, RSI, RDX, RCX, R8, R9 };
enum { REGISTER_ARGUMENTS = 6 };

/* What a call may change. */
static const uint16_t caller_saved = 1 << RAX | 1 << RCX | 1 << RDX | 1 << RSI | 1 << RDI | 1 << R8 | 1 << R9 | 1 << R10 |
				     1 << R11;

static const struct value anything = { .kind = ANYTHING };

static struct value constant(int64_t number)
{
	return (struct value){ .kind = CONSTANTS, .count = 1, .constants = { (int32_t)number } };
}

static struct value argument(unsigned index)
{
	return (struct value){ .kind = ARGUMENT, .count = index };
}

static bool add_constant(struct value *value, int32_t number)
{
	for (unsigned i = 0; i < value->count; i++)
		if (value->constants[i] == number)
			return true;
	if (value->count == MOST_CONSTANTS)
		return false;
	value->constants[value->count++] = number;
	return true;
}

static bool merge_value(struct value *value, const struct value *other)
{
	struct value before = *value;

	if (value->kind == ANYTHING)
		return false;
	if (value->kind != other->kind || (value->kind == ARGUMENT && value->count != other->count)) {
		*value = anything;
		return true;
	}
	if (value->kind == CONSTANTS)
		for (unsigned i = 0; i < other->count; i++)
			if (!add_constant(value, other->constants[i])) {
				*value = anything;
				return true;
			}
	return value->count != before.count;
}

void know_nothing(struct state *state)
{
	memset(state, 0, sizeof(*state));
	state->reached = true;
	state->arguments_changed = true;
}

void begin_function(struct state *state)
{
	know_nothing(state);
	state->stack_known = true;
	state->arguments_changed = false;
	for (unsigned i = 0; i < REGISTER_ARGUMENTS; i++)
		state->registers[argument_registers[i]] = argument(i);
}

static void forget_slots(struct state *state)
{
	state->slot_count = 0;
}

static void move_stack(struct state *state, int64_t by)
{
	int64_t moved = state->stack + by;

	if (moved > INT32_MAX / 2 || moved < INT32_MIN / 2)
		state->stack_known = false;
	else
		state->stack = moved;
}

static struct value load(const struct state *state, int64_t offset)
{
	int64_t at = state->stack + offset;

	if (!state->stack_known)
		return anything;
	for (unsigned i = 0; i < state->slot_count; i++)
		if (state->slots[i].at == at)
			return state->slots[i].value;
	if (at >= 8 && at % 8 == 0 && at / 8 - 1 + REGISTER_ARGUMENTS < ARGUMENTS && !state->arguments_changed)
		return argument(at / 8 - 1 + REGISTER_ARGUMENTS);
	return anything;
}

static void store(struct state *state, int64_t offset, struct value value)
{
	int64_t at = state->stack + offset;
	unsigned kept = 0;

	if (!state->stack_known) {
		forget_slots(state);
		state->arguments_changed = true;
		return;
	}
	if (at >= 8)
		state->arguments_changed = true;
	/* What is written over, in part or as a whole, is gone. */
	for (unsigned i = 0; i < state->slot_count; i++)
		if (state->slots[i].at <= at - 8 || state->slots[i].at >= at + 8)
			state->slots[kept++] = state->slots[i];
	state->slot_count = kept;
	if (value.kind != ANYTHING && kept < MOST_SLOTS) {
		state->slots[kept].at = at;
		state->slots[kept].value = value;
		state->slot_count = kept + 1;
	}
}

static void clobber(struct state *state, uint16_t registers)
{
	for (unsigned i = 0; i < REGISTERS; i++)
		if (registers >> i & 1)
			state->registers[i] = anything;
	if (registers >> RSP & 1) {
		state->stack_known = false;
		forget_slots(state);
	}
}

static struct value register_value(const struct state *state, uint8_t number)
{
	return number < REGISTERS ? state->registers[number] : anything;
}

static void set(struct state *state, uint8_t number, struct value value)
{
	if (number == RSP)
		clobber(state, 1 << RSP);
	else if (number < REGISTERS)
		state->registers[number] = value;
}

/* Only the lowest byte is written: the rest stays. */
static void set_byte(struct value *value, int64_t byte)
{
	if (value->kind != CONSTANTS) {
		*value = anything;
		return;
	}
	for (unsigned i = 0; i < value->count; i++)
		value->constants[i] = (value->constants[i] & ~0xff) | (int32_t)byte;
}

void apply(struct state *state, const struct instruction *in)
{
	struct value merged;

	if (in->flow == FLOW_CALL) {
		/* It may write wherever the stack's addresses went, also over its own arguments. */
		clobber(state, caller_saved);
		forget_slots(state);
		return;
	}
	switch (in->effect) {
	case EFFECT_SET:
		set(state, in->dst, constant(in->value));
		break;
	case EFFECT_SET_BYTE:
		if (in->dst < REGISTERS)
			set_byte(&state->registers[in->dst], in->value);
		break;
	case EFFECT_COPY:
		set(state, in->dst, register_value(state, in->src));
		break;
	case EFFECT_MAYBE_COPY:
		merged = register_value(state, in->dst);
		if (merged.kind != ANYTHING) {
			struct value other = register_value(state, in->src);

			merge_value(&merged, &other);
		}
		set(state, in->dst, merged);
		break;
	case EFFECT_ADD:
		move_stack(state, in->value);
		break;
	case EFFECT_LOAD_STACK:
		set(state, in->dst, load(state, in->value));
		break;
	case EFFECT_STORE_STACK:
		store(state, in->value, register_value(state, in->src));
		break;
	case EFFECT_STORE_STACK_SET:
		store(state, in->value, constant(in->stored));
		break;
	case EFFECT_PUSH:
	case EFFECT_PUSH_SET:
		move_stack(state, -8);
		store(state, 0, in->effect == EFFECT_PUSH ? register_value(state, in->src) : constant(in->stored));
		break;
	case EFFECT_PUSH_STACK:
		merged = load(state, in->value);
		move_stack(state, -8);
		store(state, 0, merged);
		break;
	case EFFECT_POP:
		set(state, in->dst, load(state, 0));
		move_stack(state, 8);
		break;
	default:
		clobber(state, in->clobbered);
	}
}

void learn(struct state *state, uint8_t number, int64_t value)
{
	set(state, number, constant(value));
}

static bool merge_slots(struct state *state, const struct state *other)
{
	unsigned kept = 0, before = state->slot_count;
	bool changed = false;

	for (unsigned i = 0; i < before; i++)
		for (unsigned j = 0; j < other->slot_count; j++)
			if (state->slots[i].at == other->slots[j].at) {
				state->slots[kept] = state->slots[i];
				changed |= merge_value(&state->slots[kept].value, &other->slots[j].value);
				kept++;
				break;
			}
	state->slot_count = kept;
	return changed || kept != before;
}

bool merge_state(struct state *state, const struct state *other)
{
	bool changed = false;

	if (!state->reached) {
		*state = *other;
		return true;
	}
	for (unsigned i = 0; i < REGISTERS; i++)
		changed |= merge_value(&state->registers[i], &other->registers[i]);
	if (state->stack_known && (!other->stack_known || other->stack != state->stack)) {
		state->stack_known = false;
		forget_slots(state);
		changed = true;
	}
	if (other->arguments_changed && !state->arguments_changed) {
		state->arguments_changed = true;
		changed = true;
	}
	return merge_slots(state, other) || changed;
}

struct value outgoing_argument(const struct state *state, unsigned index, bool is_call)
{
	if (index < REGISTER_ARGUMENTS)
		return state->registers[argument_registers[index]];
	/* A jump leaves the caller's return address where it is. */
	return load(state, (int64_t)(index - REGISTER_ARGUMENTS) * 8 + (is_call ? 0 : 8));
}
