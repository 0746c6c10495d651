"""The public page: who owns or drove a vehicle looks their case up, sees its pictures, objects and follows what becomes of it."""
