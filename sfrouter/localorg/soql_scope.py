"""Finds what a field path of a query means: the field, its column, and the joins that lead to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import Field, ObjectType
from sfrouter.localorg.soql_ast import Path, Source
from sfrouter.localorg.soql_context import QueryContext
from sfrouter.localorg.store_tables import quote

MAX_LEVELS = 5
"""How many relationships a path may climb from child to parent (SOQL relationship query limits)."""

MAX_PARENT_RELATIONSHIPS = 55
"""How many child-to-parent relationships a query may use (same page)."""


@dataclass
class Node:
    """An object as it is joined into a statement. For an owner, who or what, `kind` is the Name object.

    `key` is the expression of its record's id, `targets` the objects behind a Name.
    """

    kind: ObjectType
    alias: str
    key: str
    optional: bool
    targets: list[Node] = field(default_factory=list)
    parents: dict[str, Node] = field(default_factory=dict)

    @property
    def is_name(self) -> bool:
        """Whether the record may be of several kinds."""
        return self.kind.name == "Name"


@dataclass(frozen=True)
class Resolved:
    """A field that a path leads to. `relationships` are the names on the way, as describe spells them."""

    field: Field
    node: Node
    expression: str
    relationships: tuple[str, ...]

    @property
    def may_lack_row(self) -> bool:
        """Whether the record it is on may be missing."""
        return self.node.optional


class Scope:
    """The objects of one SELECT. Paths are resolved in it, and it gathers the joins that they need."""

    def __init__(self, context: QueryContext, kind: ObjectType, aliases: frozenset[str] = frozenset()) -> None:
        self.context = context
        self.joins: list[str] = []
        alias = context.new_alias()
        self.root = Node(context.store.prepare(kind.name), alias, f'{alias}."Id"', optional=False)
        self.names: dict[str, Node] = {kind.name.lower(): self.root}
        self.names |= dict.fromkeys(aliases, self.root)
        self._relationships = 0

    def add_source(self, source: Source) -> None:
        """Give an alias to a relationship named further right in FROM: `FROM Contact c, c.Account a`."""
        node, _ = self._climb(source.path, source.path.parts)
        if source.alias is not None:
            self.names[source.alias.lower()] = node

    def resolve(self, path: Path) -> Resolved:
        """The field a path leads to. Raises OrgError INVALID_FIELD."""
        *way, last = path.parts
        node, names = self._climb(path, tuple(way))
        found = node.kind.field(last)
        if found is None or not self.context.sees(node.kind.name, found.name):
            raise self.context.text.no_column(path.position, last, node.kind.name)
        return Resolved(found, node, self._expression(node, found), names)

    def relationship(self, path: Path) -> tuple[Node, tuple[str, ...]]:
        """The object that a path of relationships leads to, and their names. Raises OrgError."""
        return self._climb(path, path.parts)

    def source_sql(self) -> str:
        """The FROM part of the statement, with every join asked for so far."""
        return " ".join([f"{quote(self.root.kind.name)} AS {self.root.alias}", *self.joins])

    def alive(self) -> str:
        """The condition that leaves out the recycle bin and rows the caller may not see, or nothing."""
        pieces = [self.context.row_condition(self.root.kind, self.root.alias)]
        if not self.context.deleted and self.root.kind.field("IsDeleted") is not None:
            pieces.append(f'{self.root.alias}."IsDeleted" = 0')
        return " AND ".join(piece for piece in pieces if piece)

    def target(self, node: Node, kind: ObjectType) -> Node | None:
        """The object of one kind behind a Name."""
        for one in node.targets:
            if one.kind.name == kind.name:
                return one
        return None

    def in_node(self, node: Node, path: Path, names: tuple[str, ...]) -> Resolved:
        """The field that a path leads to from an object already found (in TYPEOF). Raises OrgError."""
        *way, last = path.parts
        end, more = self._climb(path, tuple(way), start=node)
        found = end.kind.field(last)
        if found is None or not self.context.sees(end.kind.name, found.name):
            raise self.context.text.no_column(path.position, last, end.kind.name)
        return Resolved(found, end, self._expression(end, found), (*names, *more))

    def _climb(self, path: Path, way: tuple[str, ...], start: Node | None = None) -> tuple[Node, tuple[str, ...]]:
        node, names = start or self.root, []
        if start is None and way and way[0].lower() in self.names:
            node, way = self.names[way[0].lower()], way[1:]
            names = list(self._way_to(node))
        for step in way:
            node, name = self._parent(node, step, path)
            names.append(name)
        if len(names) > MAX_LEVELS:
            message = f"Child to parent relationships may not go over more than {MAX_LEVELS} levels: {path}"
            raise self.context.text.malformed(path.position, message)
        return node, tuple(names)

    def _way_to(self, node: Node) -> tuple[str, ...]:
        """The relationship names from the root to a node that has an alias."""

        def search(start: Node, names: tuple[str, ...]) -> tuple[str, ...] | None:
            if start is node:
                return names
            for name, parent in start.parents.items():
                found = search(parent, (*names, name))
                if found is not None:
                    return found
            return None

        return search(self.root, ()) or ()

    def _parent(self, node: Node, step: str, path: Path) -> tuple[Node, str]:
        reference = node.kind.by_relationship(step)
        if (
            reference is None
            or reference.relationship_name is None
            or not self.context.sees(node.kind.name, reference.name)
        ):
            raise self.context.text.no_relationship(path.position, step)
        name = reference.relationship_name
        if name not in node.parents:
            kinds = [self.context.object(one) for one in reference.reference_to]
            known = [one for one in kinds if one is not None]
            if not known:
                raise self.context.text.no_relationship(path.position, step)
            self._count_relationship()
            node.parents[name] = self._join(node, reference, known)
        return node.parents[name], name

    def _count_relationship(self) -> None:
        self._relationships += 1
        if self._relationships > MAX_PARENT_RELATIONSHIPS:
            message = f"SOQL statements may use at most {MAX_PARENT_RELATIONSHIPS} child to parent relationships"
            raise OrgError(400, "MALFORMED_QUERY", message)

    def _join(self, node: Node, reference: Field, kinds: list[ObjectType]) -> Node:
        key = self._expression(node, reference)
        if not reference.polymorphic:
            return self._join_one(key, kinds[0])
        name = self.context.schema.object("Name")
        if name is None:
            raise LookupError("the schema has no Name object")
        targets = [Node(one, "", "", optional=True) for one in kinds]
        return Node(name, "", key, optional=True, targets=targets)

    def _join_one(self, key: str, kind: ObjectType) -> Node:
        node = Node(kind, "", "", optional=True)
        self._open(node, key)
        return node

    def _open(self, node: Node, key: str) -> None:
        """Join a node's table, the first time that it is needed."""
        if node.alias:
            return
        self.context.store.prepare(node.kind.name)
        node.alias = self.context.new_alias()
        node.key = f'{node.alias}."Id"'
        self.joins.append(f"LEFT JOIN {quote(node.kind.name)} AS {node.alias} ON {node.key} = {key}")

    def open_target(self, name: Node, target: Node) -> Node:
        """Join the table of one kind behind a Name."""
        self._open(target, name.key)
        return target

    def _expression(self, node: Node, found: Field) -> str:
        if not found.stored:
            return ""
        if not node.is_name:
            return f"{node.alias}.{quote(found.name)}"
        if found.name == "Id":
            return node.key
        if found.name == "Type":
            return self._type_expression(node)
        return self._name_expression(node, found)

    def _name_expression(self, node: Node, found: Field) -> str:
        """A field of Name: that of whichever record it is."""
        columns = []
        for target in node.targets:
            own = target.kind.name_field if found.name == "Name" else target.kind.field(found.name)
            if own is not None and own.stored:
                self._open(target, node.key)
                columns.append(f"{target.alias}.{quote(own.name)}")
        if not columns:
            return "NULL"
        return columns[0] if len(columns) == 1 else f"coalesce({', '.join(columns)})"

    def _type_expression(self, node: Node) -> str:
        """The kind of record behind a Name: told by the id, and for a group by the group's own type."""
        cases = []
        for target in node.targets:
            value = f"'{target.kind.name}'"
            if target.kind.name == "Group":
                self._open(target, node.key)
                value = f'coalesce({target.alias}."Type", {value})'
            if target.kind.key_prefix is not None:
                cases.append(f"WHEN '{target.kind.key_prefix}' THEN {value}")
        return f"CASE substr({node.key}, 1, 3) {' '.join(cases)} END" if cases else "NULL"
