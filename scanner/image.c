/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* SHT_RELR, which older headers do not have. */
enum { SHT_RELR_TYPE = 19 };

static void add_slot(struct image *image, struct slot slot)
{
	image->slots = grow_array(image->slots, image->slot_count + 1, sizeof(*image->slots));
	image->slots[image->slot_count++] = slot;
}

static void add_export(struct image *image, const char *name, uint64_t address)
{
	image->exports = grow_array(image->exports, image->export_count + 1, sizeof(*image->exports));
	image->exports[image->export_count++] = (struct symbol){ name, address };
}

const struct section *find_section(const struct image *image, uint64_t address)
{
	for (size_t i = 0; i < image->section_count; i++) {
		const struct section *section = &image->sections[i];

		if (address >= section->address && address - section->address < section->size)
			return section;
	}
	return NULL;
}

bool is_code(const struct image *image, uint64_t address)
{
	const struct section *section = find_section(image, address);

	return section && section->executable && section->bytes;
}

uint64_t read_word(const struct image *image, uint64_t address)
{
	const struct section *section = find_section(image, address);
	uint64_t word = 0;

	if (section && section->bytes && section->size - (address - section->address) >= sizeof(word))
		memcpy(&word, section->bytes + (address - section->address), sizeof(word));
	return word;
}

static int compare_slots(const void *left, const void *right)
{
	uint64_t a = ((const struct slot *)left)->place, b = ((const struct slot *)right)->place;

	return a < b ? -1 : a > b;
}

const struct slot *find_slot(const struct image *image, uint64_t place)
{
	struct slot wanted = { .place = place };

	if (image->slot_count == 0)
		return NULL;
	return bsearch(&wanted, image->slots, image->slot_count, sizeof(wanted), compare_slots);
}

static void read_section(struct image *image, Elf_Scn *scn, const GElf_Shdr *header, const char *name)
{
	struct section section = {
		.name = name,
		.address = header->sh_addr,
		.size = header->sh_size,
		.entry_size = header->sh_entsize,
		.executable = header->sh_flags & SHF_EXECINSTR,
	};

	if (header->sh_type != SHT_NOBITS) {
		Elf_Data *data = elf_rawdata(scn, NULL);

		if (data && data->d_buf) {
			section.bytes = data->d_buf;
			/* A hostile header may claim more than there is. */
			if (section.size > data->d_size)
				section.size = data->d_size;
		}
	}
	image->sections = grow_array(image->sections, image->section_count + 1, sizeof(*image->sections));
	image->sections[image->section_count++] = section;
}

static void read_symbols(struct image *image, Elf *elf, Elf_Scn *scn, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t count = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;

	for (size_t i = 0; i < count; i++) {
		GElf_Sym symbol;
		const char *name;
		int type;

		if (!gelf_getsym(data, i, &symbol) || symbol.st_shndx == SHN_UNDEF || symbol.st_value == 0)
			continue;
		type = GELF_ST_TYPE(symbol.st_info);
		if (type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_NOTYPE)
			continue;
		if (!is_code(image, symbol.st_value))
			continue;
		/* Labels within hand-written code have no type; they are no functions unless they are exported. */
		if (type != STT_NOTYPE || header->sh_type == SHT_DYNSYM)
			add_address(&image->symbols, symbol.st_value);
		name = elf_strptr(elf, header->sh_link, symbol.st_name);
		if (header->sh_type == SHT_DYNSYM && name && GELF_ST_BIND(symbol.st_info) != STB_LOCAL)
			add_export(image, name, symbol.st_value);
	}
}

/* The name of a relocation's symbol, or NULL; where the module itself defines it, *address is that. */
static const char *read_relocation_symbol(Elf *elf, size_t symbol_section, size_t index, uint64_t *address)
{
	Elf_Scn *scn = elf_getscn(elf, symbol_section);
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;
	GElf_Shdr header;
	GElf_Sym symbol;

	*address = 0;
	if (!data || index == 0 || !gelf_getshdr(scn, &header) || !gelf_getsym(data, index, &symbol))
		return NULL;
	if (symbol.st_shndx != SHN_UNDEF)
		*address = symbol.st_value;
	return elf_strptr(elf, header.sh_link, symbol.st_name);
}

static void read_relocations(struct image *image, Elf *elf, Elf_Scn *scn, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t count = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;

	for (size_t i = 0; i < count; i++) {
		GElf_Rela rela;
		struct slot slot = { 0 };

		if (!gelf_getrela(data, i, &rela))
			continue;
		slot.place = rela.r_offset;
		switch (GELF_R_TYPE(rela.r_info)) {
		case R_X86_64_RELATIVE:
			slot.address = rela.r_addend;
			break;
		case R_X86_64_IRELATIVE:
			/* The function at the address runs, and returns the one that is meant. */
			slot.address = rela.r_addend;
			add_address(&image->roots, slot.address);
			break;
		case R_X86_64_64:
		case R_X86_64_GLOB_DAT:
		case R_X86_64_JUMP_SLOT:
			slot.symbol = read_relocation_symbol(elf, header->sh_link, GELF_R_SYM(rela.r_info), &slot.address);
			if (slot.symbol && *slot.symbol == '\0')
				slot.symbol = NULL;
			break;
		default:
			continue;
		}
		add_slot(image, slot);
	}
}

/* Relative relocations in their short form (DT_RELR): an address, then bitmaps of the words that follow it. */
static void read_short_relocations(struct image *image, Elf *elf, Elf_Scn *scn, const GElf_Shdr *header)
{
	const struct section *section = find_section(image, header->sh_addr);
	uint64_t place = 0;

	(void)elf;
	(void)scn;
	for (size_t at = 0; section && section->bytes && at + 8 <= section->size; at += 8) {
		uint64_t word;

		memcpy(&word, section->bytes + at, 8);
		if (!(word & 1)) {
			add_slot(image, (struct slot){ .place = word, .address = read_word(image, word) });
			place = word + 8;
			continue;
		}
		for (unsigned bit = 1; bit < 64; bit++)
			if (word >> bit & 1) {
				uint64_t here = place + (bit - 1) * 8;

				add_slot(image, (struct slot){ .place = here, .address = read_word(image, here) });
			}
		place += 63 * 8;
	}
}

static void read_dynamic(struct image *image, Elf *elf, Elf_Scn *scn, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t count = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;

	for (size_t i = 0; i < count; i++) {
		GElf_Dyn entry;
		const char *text;

		if (!gelf_getdyn(data, i, &entry) || entry.d_tag == DT_NULL)
			break;
		text = elf_strptr(elf, header->sh_link, entry.d_un.d_val);
		switch (entry.d_tag) {
		case DT_NEEDED:
			if (text) {
				image->needed = grow_array(image->needed, image->needed_count + 1,
							   sizeof(*image->needed));
				image->needed[image->needed_count++] = text;
			}
			break;
		case DT_SONAME:
			image->soname = text;
			break;
		case DT_RPATH:
			if (!image->runpath)
				image->runpath = text;
			break;
		case DT_RUNPATH:
			image->runpath = text;
			break;
		case DT_INIT:
		case DT_FINI:
			add_address(&image->roots, entry.d_un.d_ptr);
			break;
		}
	}
}

static void read_interpreter(struct image *image, Elf *elf)
{
	size_t count, size;
	const char *raw = elf_rawfile(elf, &size);

	if (elf_getphdrnum(elf, &count) != 0 || !raw)
		return;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr header;

		if (gelf_getphdr(elf, i, &header) && header.p_type == PT_INTERP && header.p_offset < size &&
		    header.p_filesz > 0 && header.p_filesz <= size - header.p_offset &&
		    raw[header.p_offset + header.p_filesz - 1] == '\0')
			image->interpreter = raw + header.p_offset;
	}
}

typedef void section_reader(struct image *image, Elf *elf, Elf_Scn *scn, const GElf_Shdr *header);

static void for_sections(struct image *image, Elf *elf, GElf_Word type, section_reader *read)
{
	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn));) {
		GElf_Shdr header;

		if (gelf_getshdr(scn, &header) && header.sh_type == type)
			read(image, elf, scn, &header);
	}
}

static void read_loaded_sections(struct image *image, Elf *elf)
{
	size_t names;

	if (elf_getshdrstrndx(elf, &names) != 0)
		die(EXIT_INPUT, "%s: damaged: %s", image->path, elf_errmsg(-1));
	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn));) {
		GElf_Shdr header;

		if (gelf_getshdr(scn, &header) && (header.sh_flags & SHF_ALLOC)) {
			const char *name = elf_strptr(elf, names, header.sh_name);

			read_section(image, scn, &header, name ? name : "");
		}
	}
	if (image->section_count == 0)
		die(EXIT_INPUT, "%s: has no section headers, which tell where its code is", image->path);
}

void open_image(struct image *image, const char *path)
{
	GElf_Ehdr header;
	Elf *elf;
	int file;

	memset(image, 0, sizeof(*image));
	image->path = path;
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		die(EXIT_INPUT, "%s: cannot be read: %s", path, strerror(errno));
	if (elf_version(EV_CURRENT) == EV_NONE)
		die(EXIT_ENVIRONMENT, "libelf does not know this version of ELF: %s", elf_errmsg(-1));
	elf = elf_begin(file, ELF_C_READ, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
		die(EXIT_INPUT, "%s: not an ELF file", path);
	if (header.e_machine != EM_X86_64 || header.e_ident[EI_CLASS] != ELFCLASS64)
		die(EXIT_INPUT, "%s: not for x86-64, whose code alone is understood here", path);
	if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
		die(EXIT_INPUT, "%s: neither a program nor a shared library", path);
	image->fixed = header.e_type == ET_EXEC;
	image->entry = header.e_entry;
	read_interpreter(image, elf);
	read_loaded_sections(image, elf);
	for_sections(image, elf, SHT_DYNSYM, read_symbols);
	for_sections(image, elf, SHT_SYMTAB, read_symbols);
	for_sections(image, elf, SHT_DYNAMIC, read_dynamic);
	for_sections(image, elf, SHT_RELA, read_relocations);
	for_sections(image, elf, SHT_RELR_TYPE, read_short_relocations);
	if (image->slot_count > 0)
		qsort(image->slots, image->slot_count, sizeof(*image->slots), compare_slots);
	sort_addresses(&image->symbols);
}
